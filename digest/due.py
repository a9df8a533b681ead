"""Which windows a run has to tell, and what an ad-hoc digest covers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import psycopg

from digest.settings import RunSettings
from store.queries import queries
from store.windows import Schedule, StoredWindow, Window, ensure_windows, windows_from

_WITHOUT_WINDOWS = timedelta(hours=24)
_LONGEST = timedelta(days=9)
"""Longer than any window and the pause before it: a schedule closes at least once a week."""


@dataclass(frozen=True)
class Due:
    """Windows to tell, newest last, and the older ones that are only mentioned."""

    windows: tuple[StoredWindow, ...]
    skipped: tuple[StoredWindow, ...]


def choose(closed: Sequence[StoredWindow], catch_up: int) -> Due:
    """Keep the ``catch_up`` newest of the closed windows, which come oldest first; the others are skipped."""
    first = max(0, len(closed) - catch_up)
    return Due(tuple(closed[first:]), tuple(closed[:first]))


def due_windows(
    conn: psycopg.Connection[Any],
    schedule: Schedule,
    settings: RunSettings,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
) -> Due:
    """Return what is due now, or as soon as the window that ends within the start tolerance has ended."""
    ensure_windows(conn, schedule, clock)
    _await_end(conn, settings.start_tolerance, clock, wait)
    ensure_windows(conn, schedule, clock)
    return choose(_stored(conn, "closed", clock()), settings.catch_up)


def adhoc_window(conn: psycopg.Connection[Any], now: datetime) -> tuple[StoredWindow | None, Window]:
    """Return the current window (by day: the last one), and what a digest from its start until now covers."""
    now = now.replace(microsecond=0)
    latest = next(iter(_stored(conn, "latest", now)), None)
    return latest, Window(latest.window.start if latest else now - _WITHOUT_WINDOWS, now)


def latest_window(schedule: Schedule, now: datetime) -> Window:
    """Return what ``adhoc_window`` covers where there are no rows of windows: by the schedule alone."""
    now = now.replace(microsecond=0)
    begun = takewhile(lambda window: window.start < now, windows_from(schedule, now - _LONGEST))
    latest = max(begun, key=lambda window: window.start)
    return Window(latest.start, min(latest.end, now))


def _await_end(
    conn: psycopg.Connection[Any],
    tolerance: timedelta,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
) -> None:
    for active in _stored(conn, "active", clock()):
        end = active.window.end
        if end - clock() <= tolerance:
            while (left := (end - clock()).total_seconds()) > 0:
                wait(left)


def _stored(conn: psycopg.Connection[Any], block: str, now: datetime) -> list[StoredWindow]:
    rows = conn.execute(queries("digest", "digests.sql")[block], {"now": now})
    return [StoredWindow(row[0], Window(row[1], row[2]), row[3]) for row in rows]
