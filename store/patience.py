"""Waiting for a server that is not up yet, for as long as somebody allows."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def patiently(
    attempt: Callable[[], T], away: type[Exception], seconds: float, between: float, tell: Callable[[str], None]
) -> T:
    """Return what ``attempt`` returns as soon as it raises ``away`` no more; raise that where the seconds are over.

    Each try that failed is told; the next one comes ``between`` seconds later.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except away as error:
            left = end - time.monotonic()
            if left <= 0:
                raise
            tell(f"waiting: {error}")
            time.sleep(min(between, left))
