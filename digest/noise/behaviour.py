"""When the series of a rule fired, by the local clock, and what the replay makes of them; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from digest.noise.replay import Replayed, Series, replay

OFTEN = 3
"""A series that fires so often on one day comes and goes."""
_HOURS, _NOON, _QUARTER = 24, 12, 900
Clock = Callable[[int], tuple[int, int]]


@dataclass(frozen=True)
class Span:
    """``since <= t < until`` in whole seconds since 1970, and the zone whose clock is read."""

    since: int
    until: int
    zone: ZoneInfo


@dataclass(frozen=True)
class Behaviour:
    """The figures of a rule that need the local clock or the replay; see ``RuleRecord`` for the first three."""

    hours: tuple[int, ...]
    days: int
    flapping_firings: int
    replayed: Replayed


def behaviour(series: Iterable[Series], span: Span) -> Behaviour:
    """Return the figures of all series of a rule; they are taken one by one, so that none need be kept."""
    local, hours, days = _clock(span.zone), Counter[int](), set[int]()
    flapping, replayed = 0, Replayed()
    for one in series:
        begun = [local(start // _QUARTER) for start in one.starts]
        hours.update(hour for hour, _ in begun)
        by_day = Counter(day for _, day in begun)
        flapping += sum(number for number in by_day.values() if number >= OFTEN)
        days.update(_days(one, span, local))
        replayed += replay(one)
    return Behaviour(tuple(hours[hour] for hour in range(_HOURS)), len(days), flapping, replayed)


def _days(one: Series, span: Span, local: Clock) -> Iterator[int]:
    """Yield the days inside the span on which a series fired; a day that a firing only touches with its end is none."""
    for start, end in zip(one.starts, one.ends, strict=True):
        first = max(start, span.since)
        last = max(first, min(end, span.until) - 1)
        yield from range(local(first // _QUARTER)[1], local(last // _QUARTER)[1] + 1)


def _clock(zone: ZoneInfo) -> Clock:
    """Return what tells hour and day of a quarter of an hour since 1970; no clock is set within one, so each is kept.

    The day has a number, and begins at noon, so that a night is one day.
    """

    @cache
    def local(quarter: int) -> tuple[int, int]:
        moment = datetime.fromtimestamp(quarter * _QUARTER, zone)
        return moment.hour, moment.toordinal() - (moment.hour < _NOON)

    return local
