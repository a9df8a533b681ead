"""The local hours of a period; pure. PostgreSQL is given the instants, since only Python converts local times."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.facts import Period

_STEP = timedelta(minutes=15)
"""Offsets of zones are multiples of a quarter of an hour (https://data.iana.org/time-zones/theory.html)."""


def slices(period: Period) -> list[tuple[datetime, int]]:
    """Return where each local hour of the period begins, and which it is (0 to 23); the first one with the period."""
    zone = ZoneInfo(period.timezone)
    found = [(period.start, period.start.astimezone(zone).hour)]
    moment = period.start - timedelta(
        minutes=period.start.minute % 15, seconds=period.start.second, microseconds=period.start.microsecond
    )
    while (moment := moment + _STEP) < period.limit:
        hour = moment.astimezone(zone).hour
        if hour != found[-1][1]:
            found.append((moment, hour))
    return found


def mask(hours: Iterable[int]) -> int:
    """Return a bit for each hour that is named."""
    return sum(1 << hour for hour in set(hours))
