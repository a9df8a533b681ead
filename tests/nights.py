"""Made-up pasts for the comparison: nights of one zone, and the sightings of a group on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.compare.compare import Known
from digest.compare.history import Night, Sighting
from digest.facts import Facts, Period
from tests.facts_factory import night

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 26)
"""A Thursday."""


def ends(day: date) -> datetime:
    """Return 08:00 in Berlin, when the night that ends on that day does."""
    return datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN).astimezone(UTC)


def before(days: int, occurrences: int | None = 10) -> Night:
    """Return the night that ended so many days before today; it began at 18:00 of the day before."""
    day = TODAY - timedelta(days=days)
    began = datetime(day.year, day.month, day.day, 18, tzinfo=BERLIN) - timedelta(days=1)
    return Night(began.astimezone(UTC), ends(day), occurrences)


def weekdays(count: int) -> list[int]:
    """Return how many days ago the last so many nights ended that ended from Monday to Friday, the newest first."""
    return [days for days in range(1, 2 * count + 8) if (TODAY - timedelta(days=days)).weekday() < 5][:count]


def of(*counts: int | None) -> tuple[Night, ...]:
    """Return the nights before today that ended on working days, with their counts, the oldest first."""
    return tuple(before(days, some) for days, some in zip(reversed(weekdays(len(counts))), counts, strict=True))


def seen(nights: Sequence[Night], *counts: int) -> Known:
    """Return a group with so many occurrences on each of the nights (0: without it), seen until an hour before."""
    pairs = zip(nights, counts, strict=True)
    found = (Sighting("k", one.end, some, one.end - timedelta(hours=1)) for one, some in pairs if some)
    return Known("k", 0, tuple(found))


def today(occurrences: int = 10, *, received: bool = True) -> Facts:
    """Return the facts of the night that ends today: one group with so many occurrences."""
    one = before(0)
    period = Period(one.start, one.end, one.end, "Europe/Berlin")
    facts = night(1, occurrences, received=received)
    group = replace(facts.groups[0], first_seen=one.start + timedelta(hours=2), last_seen=one.end)
    return replace(facts, period=period, groups=(group,))
