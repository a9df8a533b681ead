"""The nights kept before a period, and which of them are like it; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.facts import Facts, Period

MOST_COMPARABLE = 28
"""So many of the newest comparable nights count: what was usual half a year ago is not usual now."""
TOLERANCE = timedelta(hours=2)
"""How far lengths of nights, and ends of nights a week apart, may differ: changes of the clocks are an hour each."""
_WEEK = timedelta(days=7)
_SATURDAY = 5


@dataclass(frozen=True)
class Night:
    """A window before the period; ``occurrences`` is None where it was not told or no webhook came in it."""

    start: datetime
    end: datetime
    occurrences: int | None
    prometheus: bool = False
    """Whether Prometheus answered when it was told."""


@dataclass(frozen=True)
class Sighting:
    """A group on an earlier night, by its key and the night's end."""

    key: str
    night_end: datetime
    occurrences: int
    last_seen: datetime


@dataclass(frozen=True)
class Past:
    """What there is to compare with: all windows before, oldest first, and which of them count as what.

    ``kept`` are those with a count, ``comparable`` the newest of the kept that are like the period, ``last_week`` the
    one of the kept that ended seven days before it.
    """

    windows: tuple[Night, ...]
    kept: tuple[Night, ...]
    comparable: tuple[Night, ...]
    last_week: Night | None

    @property
    def asked_for(self) -> list[datetime]:
        """Return the ends of the nights whose groups are needed."""
        return sorted({night.end for night in (*self.comparable, *filter(None, [self.last_week]))})


def look_back(windows: Sequence[Night], period: Period, *, whole: bool) -> Past:
    """Return the past of a period from the windows before it; a later one, or one that overlaps it, is left out.

    ``whole``: the period is a window from its start to its end. A part of one has no like, so nights of all kinds count
    as comparable, and last week's as unknown.
    """
    before = tuple(sorted((one for one in windows if one.end <= period.start), key=lambda night: night.end))
    kept = tuple(night for night in before if night.occurrences is not None)
    alike = tuple(night for night in kept if not whole or _like(night, period))
    return Past(before, kept, alike[-MOST_COMPARABLE:], _last_week(kept, period) if whole else None)


def with_prometheus(facts: Facts) -> bool:
    """Say whether Prometheus answered, so that the counts are more than lower bounds."""
    return facts.confirmation is not None and facts.confirmation.prometheus == "answered"


def ends_on_weekend(end: datetime, timezone: str) -> bool:
    """Say whether a night ends on a Saturday or Sunday of the zone (an IANA name)."""
    return end.astimezone(ZoneInfo(timezone)).weekday() >= _SATURDAY


def _like(night: Night, period: Period) -> bool:
    zone = period.timezone
    lengths = abs((night.end - night.start) - (period.end - period.start))
    return ends_on_weekend(night.end, zone) == ends_on_weekend(period.end, zone) and lengths <= TOLERANCE


def _last_week(kept: tuple[Night, ...], period: Period) -> Night | None:
    wanted = period.end - _WEEK
    near = [night for night in kept if abs(night.end - wanted) <= TOLERANCE]
    return min(near, key=lambda night: abs(night.end - wanted), default=None)
