"""Times as places on an axis from 0 to 100 percent; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.facts import Period
from digest.health.model import Span
from digest.report.model import Bar, Tick
from digest.wording import clock

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
_STEPS = (15, 30, 60, 120, 180, 240, 360, 720, 1440)
"""Minutes between two ticks."""
_MOST_TICKS, _MOST_LONG_TICKS = 7, 4
"""So many times of day, or days with times, stand side by side on a phone."""
_EDGE = 8.0
"""Percent from an edge within which a label would be cut off if it were centred."""


@dataclass(frozen=True)
class Axis:
    """The known part of a period."""

    period: Period

    def place(self, moment: datetime) -> float:
        """Return where a time lies, in percent; what is before or after lies at the edge."""
        length = max(self.period.limit - self.period.start, timedelta(seconds=1))
        return min(100.0, max(0.0, round(100 * ((moment - self.period.start) / length), 3)))

    def bar(self, span: Span) -> Bar:
        """Return a time as a bar; it has no width where the time is outside."""
        left = self.place(span.start)
        return Bar(left, round(max(0.0, self.place(span.end) - left), 3))

    def bars(self, spans: Iterable[Span]) -> tuple[Bar, ...]:
        """Return times as bars."""
        return tuple(map(self.bar, spans))

    def ticks(self) -> tuple[Tick, ...]:
        """Return full hours of the day in the period's zone, as many as can stand side by side."""
        found = tuple(self._quarters())
        most = _MOST_TICKS if self.period.end - self.period.start <= _DAY else _MOST_LONG_TICKS
        for step in _STEPS:
            some = [moment for moment, minutes in found if minutes % step == 0]
            if len(some) <= most:
                return tuple(map(self._tick, some))
        days = [moment for moment, minutes in found if minutes == 0]
        return tuple(map(self._tick, days[:: -(-len(days) // most)]))

    def _quarters(self) -> Iterator[tuple[datetime, int]]:
        """Yield each quarter of an hour with its minute of the local day."""
        zone = ZoneInfo(self.period.timezone)
        first = int(self.period.start.timestamp()) // _QUARTER.seconds * _QUARTER.seconds
        moment = datetime.fromtimestamp(first, UTC)
        while moment <= self.period.limit:
            local = moment.astimezone(zone)
            if moment >= self.period.start:
                yield moment, 60 * local.hour + local.minute
            moment += _QUARTER

    def _tick(self, moment: datetime) -> Tick:
        left = self.place(moment)
        anchor = "start" if left < _EDGE else "end" if left > 100 - _EDGE else "middle"
        return Tick(left, clock(moment, self.period), anchor)


def rows_of(places: Iterable[float], apart: float, most: int) -> Iterator[int]:
    """Yield a row for each place, given in order: the first in which it is so far apart from the one before.

    Where all rows are taken it is the one that was taken first.
    """
    last: list[float] = []
    for place in places:
        free = next((row for row, before in enumerate(last) if place - before >= apart), len(last))
        row = free if free < most else last.index(min(last))
        last[row : row + 1] = [place]
        yield row
