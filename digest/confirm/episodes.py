"""What the sources make of the episodes of one series; pure.

Nothing that a webhook told with its end is taken back. What is only known to have fired goes on where a source says so
and ends where one says that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from digest.confirm.model import Episode, Living, SeriesId, Stretch
from digest.confirm.reasons import Reasons
from digest.facts import Period

SAME = timedelta(minutes=1)
"""Two starts so near each other are one: replicas of Prometheus evaluate some seconds apart."""
OPEN = ("firing", "stale")
LAG = timedelta(minutes=5)
"""How far behind the clock a Prometheus may be that still counts as running."""


@dataclass(frozen=True)
class Alertmanager:
    """What Alertmanager says of a series."""

    asked_at: datetime
    living: Living | None
    may_close: bool
    """Whether what it does not list has cleared."""
    reasons: Reasons


def with_living(rows: Sequence[Episode], series: SeriesId, told: Alertmanager, period: Period) -> tuple[Episode, ...]:
    """Return the episodes, oldest first, as Alertmanager has them; what it alone has comes last."""
    living, last = told.living, rows[-1] if rows else None
    if living is None:
        return tuple(_closed(row, told) for row in rows)
    if last and _same(last, living):
        start = min(last.starts_at, living.starts_at)
        return (*rows[:-1], replace(_firing(last), starts_at=start, suppressions=living.suppressions))
    if living.starts_at >= period.end:  # it fires again, which is told of the series, but not within the period
        return (*rows[:-1], _fires_after(last)) if last else ()
    ended = tuple(_ended(row, row.last_firing_at) if row.state in OPEN else row for row in rows)
    return (*ended, _living(series, living, told))


def with_stretches(
    rows: Sequence[Episode], series: SeriesId, stretches: Sequence[Stretch], night: "Evaluated"
) -> tuple[Episode, ...]:
    """Return the episodes, oldest first, with the starts and ends that Prometheus knows; what it alone has is added."""
    told = _anchored(rows, stretches, night)
    refined = [
        _refined(row, _of_row(row, told, following.starts_at if following else None, night), night)
        for row, following in zip_longest(rows, rows[1:])
    ]
    alone = [one for one in told if not any(_touch(row, one, night) for row in refined)]
    found = [*refined, *(_of_stretch(series, one, night) for one in alone if one.start < night.period.end)]
    return tuple(sorted(found, key=lambda row: (row.starts_at, row.id is None)))


@dataclass(frozen=True)
class Evaluated:
    """What refining depends on: the period, half an evaluation, and which episodes webhooks told with their end."""

    period: Period
    tolerance: timedelta
    until: datetime
    """Until when Prometheus evaluated: what fired then may go on."""
    exact: frozenset[UUID | None]
    """Ids of the episodes that a webhook told with their end."""
    reasons: Reasons

    @property
    def lag(self) -> timedelta:
        """How long ago Prometheus evaluated last."""
        return self.period.cut_off - self.until

    def is_last(self, stretch: Stretch) -> bool:
        """Say whether a series fired when Prometheus was last heard of, so that nothing is known of its end."""
        return not stretch.firing and self.lag > timedelta(0) and stretch.end >= self.until - self.tolerance


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches of several replicas as those of one."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.start, one.end)):
        if found and one.start <= found[-1].end:
            last = found[-1]
            found[-1] = Stretch(last.start, max(last.end, one.end), last.firing or one.firing)
        else:
            found.append(one)
    return tuple(found)


def _same(last: Episode, living: Living) -> bool:
    """Whether a living alert is the last known episode: it began no later, or that one was heard of since."""
    if living.starts_at - last.starts_at <= SAME:
        return True
    return last.state in OPEN and living.starts_at <= last.last_firing_at + SAME


def _firing(row: Episode) -> Episode:
    return replace(row, state="firing", until=None, confirmed=True)


def _fires_after(row: Episode) -> Episode:
    return replace(row, state="firing", until=row.until or max(row.starts_at, row.last_firing_at), confirmed=True)


def _ended(row: Episode, at: datetime) -> Episode:
    return replace(row, state="resolved", until=max(row.starts_at, at))


def _closed(row: Episode, told: Alertmanager) -> Episode:
    """End what Alertmanager lacks where it was last heard of; news that came while it was asked stays."""
    closes = told.may_close and row.state in OPEN and row.last_firing_at < told.asked_at
    return _ended(row, row.last_firing_at) if closes else row


def _anchored(rows: Sequence[Episode], stretches: Sequence[Stretch], night: Evaluated) -> tuple[Stretch, ...]:
    """Let what fired already at the start begin with the episode that was open then, which it goes on with."""
    first = stretches[0] if stretches else None
    if first and first.cut:
        before = [row for row in rows if row.starts_at < first.start and row.id not in night.exact]
        if before:
            return (replace(first, start=before[-1].starts_at), *stretches[1:])
    return tuple(stretches)


def _of_row(row: Episode, stretches: Iterable[Stretch], following: datetime | None, night: Evaluated) -> list[Stretch]:
    """Return the stretches of an episode: what overlaps it, up to the next one.

    Of one without an end, that in which it began, or else those in which it was heard of.
    """
    near = [one for one in stretches if following is None or one.start < following - night.tolerance]
    if row.id in night.exact:
        return [one for one in near if row.until and one.start < row.until and one.end > row.starts_at]
    began, heard = row.starts_at, row.last_firing_at + night.tolerance
    over = [one for one in near if one.start <= heard and one.end >= began - night.tolerance]
    holding = [one for one in over if one.start - night.tolerance <= began <= one.end]
    return holding[:1] or over


def _refined(row: Episode, over: Sequence[Stretch], night: Evaluated) -> Episode:
    if not over or (row.state == "firing" and row.confirmed):
        return row
    exact = row.id in night.exact
    start, last = min(row.starts_at, over[0].start), over[-1]
    if last.firing:
        return replace(_firing(row), starts_at=start)
    if not exact and night.is_last(last):
        return replace(row, starts_at=start, confirmed=row.state == "firing" and night.lag <= LAG)
    end = max(row.until, last.end) if exact and row.until else last.end
    return replace(_ended(row, end), starts_at=start)


def _touch(row: Episode, stretch: Stretch, night: Evaluated) -> bool:
    end = row.until or night.period.cut_off
    return row.starts_at <= stretch.end + night.tolerance and end >= stretch.start - night.tolerance


def _of_stretch(series: SeriesId, one: Stretch, night: Evaluated) -> Episode:
    reason = night.reasons.of(series.labels, one.start, one.end)
    row = Episode(None, series, one.start, one.end, "resolved", one.end, (), reason)
    if one.firing or (night.is_last(one) and night.lag <= LAG):
        return _firing(row)
    return replace(row, state="stale") if night.is_last(one) else row


def _living(series: SeriesId, living: Living, told: Alertmanager) -> Episode:
    start, now = living.starts_at, told.asked_at
    reason = "suppressed" if living.suppressions else told.reasons.of(living.labels, start, now)
    return Episode(None, series, start, now, "firing", None, living.suppressions, reason, confirmed=True)
