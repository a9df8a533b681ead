"""Steps of a program on its way to its servers: each is told, and can be held.

A step is a statement that writes, or a request over HTTP. It is held before the server has it, or after the server has
answered and before the program knows.
"""

import threading
from dataclasses import dataclass

PATIENCE_SECONDS = 100
"""How long anything is waited for; far longer than it takes on a busy machine."""


@dataclass(frozen=True)
class Point:
    """A step, by its name and by how often that had come before, and on which side of it the program is held."""

    name: str
    earlier: int
    after: bool


class CutError(Exception):
    """The program has been killed: nothing of it passes any more."""


class Steps:
    """The steps of one run in their order; it is held at one point, or nowhere."""

    def __init__(self, held_at: Point | None = None) -> None:
        """Begin with no step done."""
        self.names: list[str] = []
        self._held_at, self._reached, self._open = held_at, threading.Event(), threading.Event()
        self._cut, self._lock = False, threading.Lock()

    def before(self, name: str) -> int:
        """Note that a step is about to reach the server, and hold it there if it is to be held; return its number."""
        with self._lock:
            number = self.names.count(name)
            self.names.append(name)
        self._hold(Point(name, number, after=False))
        return number

    def after(self, name: str, number: int) -> None:
        """Hold the answer to a step if it is to be held."""
        self._hold(Point(name, number, after=True))

    def wait_until_held(self) -> None:
        """Wait until the program is held at the point."""
        assert self._reached.wait(PATIENCE_SECONDS), f"{self._held_at} was not reached; it did {self.names}"

    def let_pass(self) -> None:
        """Let what is held go on."""
        self._open.set()

    def cut(self) -> None:
        """Let nothing more pass: the program is dead."""
        self._cut = True
        self._open.set()

    def _hold(self, point: Point) -> None:
        if point == self._held_at:
            self._reached.set()
            self._open.wait(PATIENCE_SECONDS)
        if self._cut:
            raise CutError
