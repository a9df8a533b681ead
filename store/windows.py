"""Capture windows: from local times of day to half-open spans in UTC, and the rows that both sides share.

A window opens at the start time and closes at the end time of a configured morning. It opens at the first start
time after the previous close, so that ``mon-fri`` keeps the whole weekend in one window.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from store.queries import queries

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A half-open span ``start <= t < end`` of aware UTC times."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class StoredWindow:
    """A window as its row knows it."""

    id: UUID
    window: Window
    status: str


@dataclass(frozen=True)
class Schedule:
    """When windows open and close: local times, their zone, and the weekdays (0 is Monday) of the closes."""

    start: time
    end: time
    zone: ZoneInfo
    closing_days: frozenset[int]


def parse_days(value: str) -> frozenset[int]:
    """Take ``daily`` or a list of weekdays and ranges of them (``mon-fri``, ``mon,wed``, ``fri-mon``).

    Raises ValueError with what is expected.
    """
    if value.strip().lower() == "daily":
        return frozenset(range(7))
    days: set[int] = set()
    for part in value.lower().split(","):
        first, dash, last = part.strip().partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError(f"must be daily or weekdays such as mon-fri or mon,wed, not {value!r}")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


def to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time of day; the first of two, and for one that is skipped the transition.

    PostgreSQL and zoneinfo choose different instants for such times, so only this function converts.
    """
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _transition(local.replace(fold=1).astimezone(UTC), instant, zone)


def _transition(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole second at which the zone's offset is the one of ``after``."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def windows_from(schedule: Schedule, moment: datetime) -> Iterator[Window]:
    """Yield the windows in order, from the first that ends after ``moment``; without end, never empty ones."""
    day = moment.astimezone(schedule.zone).date() - 9 * _DAY
    close = None
    while True:
        if day.weekday() in schedule.closing_days:
            previous, close = close, to_utc(day, schedule.end, schedule.zone)
            start = _opening(schedule, day, previous) if previous else close
            if start < close and close > moment:
                yield Window(start, close)
        day += _DAY


def _opening(schedule: Schedule, closing_day: date, previous_close: datetime) -> datetime:
    day = previous_close.astimezone(schedule.zone).date()
    while (start := to_utc(day, schedule.start, schedule.zone)) < previous_close and day < closing_day:
        day += _DAY
    return max(start, previous_close)


def wanted(schedule: Schedule, floor: datetime | None, now: datetime) -> list[Window]:
    """Return the windows after ``floor`` (starts clipped to it) up to the first that ends after ``now``.

    Without a floor, which is a new installation, that is the one current or coming window. What a later end time
    would have added to a closed window, and has passed as well, is no window of its own.
    """
    result = []
    for window in windows_from(schedule, floor or now):
        start = max(window.start, floor or window.start)
        if start == window.start or window.end > now:
            result.append(Window(start, window.end))
        if window.end > now:
            return result
    raise AssertionError("windows_from never ends")  # pragma: no cover


def ensure_windows(conn: psycopg.Connection[Any], schedule: Schedule, clock: Callable[[], datetime]) -> None:
    """Make the rows that the schedule asks for by now; safe to run from several places at once, at any time.

    An ended open window is completed. The open one keeps its row and takes the times of the first wanted window that
    overlaps it, but for a start that has passed. Closed windows never move.
    """
    sql = queries("store", "windows.sql")
    with conn.transaction():
        conn.execute(sql["lock"])
        now = clock()
        conn.execute(sql["complete_ended"], {"now": now})
        row = conn.execute(sql["floor"]).fetchone()
        floor = row[0] if row else None
        active = conn.execute(sql["active"]).fetchone()
        windows = wanted(schedule, floor or (active[1] if active else None), now)
        if active:
            windows = _move(conn, StoredWindow(active[0], Window(active[1], active[2]), "active"), windows, now)
        for window in windows:
            conn.execute(sql["insert"], {"start": window.start, "end": window.end, "now": now})


def _move(conn: psycopg.Connection[Any], active: StoredWindow, windows: list[Window], now: datetime) -> list[Window]:
    """Give the open row the first wanted window that overlaps it; return the windows that are left to insert."""
    span = active.window
    target = next((w for w in windows if w.start < span.end and w.end > span.start), windows[-1])
    start = span.start if span.start <= now else target.start
    moved = {"id": active.id, "start": start, "end": target.end}
    sql = queries("store", "windows.sql")
    conn.execute(sql["move_active"], moved)
    conn.execute(sql["complete_ended"], {"now": now})
    return [w for w in windows if w.end <= start or w.start >= target.end]
