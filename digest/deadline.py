"""Time as an argument, and work that is waited for no longer than it may take.

A server or a plugin that never ends must not hold the digest.
"""

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Time:
    """The time of day, the seconds since any fixed moment, and how to wait."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what ``work`` returns, or raise what it raises; TimeoutError where it takes longer.

    It then goes on in a thread that does not keep the process alive.
    """
    results: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def done() -> None:
        try:
            results.put((work(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            results.put((None, error))

    Thread(target=copy_context().run, args=(done,), daemon=True).start()
    try:
        value, error = results.get(timeout=max(0.0, seconds))
    except Empty:
        raise TimeoutError from None
    if error:
        raise error
    return value  # type: ignore[return-value]
