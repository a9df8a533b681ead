"""Pods of the digest: where the program runs, is killed and is started again."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.faults.warm import Start, line

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative: the signal), what it printed, and how long it wanted to wait."""

    code: int
    told: str
    waits: tuple[float, ...]


class Pod:
    """Runs the program, once at a time, each time in a process of its own."""

    def __init__(self, folder: Path, door: str, patience: float) -> None:
        """Be ready to run; of each time that the program wants to wait, ``patience`` is the part that it does."""
        self._told, self._waits, self._patience = folder / "told", folder / "waits", patience
        self._warm = socket.socket(socket.AF_UNIX)
        self._warm.connect(door)
        self._answers = self._warm.makefile("r")
        self._pid = 0

    def start(self, environ: dict[str, str], *arguments: str, now: datetime | None = None) -> None:
        """Start a run with that environment alone, on a clock that stands at ``now`` or on the machine's."""
        self._waits.write_text("", encoding="ascii")
        clock = now.isoformat() if now else ""
        start = Start([*arguments], environ, str(self._told), str(self._waits), self._patience, clock)
        self._warm.sendall(line(start).encode())
        self._pid = int(self._answers.readline())

    def signal(self, number: signal.Signals) -> None:
        """Send the running process a signal; one that has ended already gets none."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, number)

    def end(self) -> Ended:
        """Wait for the end of the run."""
        code = int(self._answers.readline())
        waits = tuple(float(one) for one in self._waits.read_text(encoding="ascii").split())
        return Ended(code, self._told.read_text(encoding="utf-8"), waits)

    def run(self, environ: dict[str, str], *arguments: str, now: datetime | None = None) -> Ended:
        """Run to the end."""
        self.start(environ, *arguments, now=now)
        return self.end()

    def waits_or_has_ended(self) -> bool:
        """Say whether the program has wanted to wait, or ended."""
        return self._waits.stat().st_size > 0 or bool(select.select([self._warm], [], [], 0)[0])

    def close(self) -> None:
        """Run no more."""
        self._answers.close()
        self._warm.close()


@contextmanager
def pods(folder: Path, count: int, patience: float = 0) -> Iterator[list[Pod]]:
    """Keep so many pods until the block ends."""
    with ExitStack() as stack:
        door = stack.enter_context(_door(folder))
        running = []
        for number in range(count):
            own = folder / f"pod-{number}"
            own.mkdir()
            pod = Pod(own, door, patience)
            stack.callback(pod.close)
            running.append(pod)
        yield running


@contextmanager
def _door(folder: Path) -> Iterator[str]:
    """Run the process that has imported the digest; yield where it listens."""
    door = str(folder / "door")
    command = [sys.executable, "-m", "tests.faults.warm", door]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE) as warm:
        assert warm.stdout
        assert warm.stdout.readline() == b"ready\n"
        try:
            yield door
        finally:
            warm.terminate()
