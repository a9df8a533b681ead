"""Rows of a period from episodes alone, as the queries make them from the database; pure.

The definitions are those of ``digest/sql/facts.sql``; a test compares the two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.confirm.by_group import group_key
from digest.confirm.model import Episode
from digest.detail import MOST_OF_GROUP, joined
from digest.facts import Period
from digest.resources import ASKED_LABELS
from digest.rows import BurstRow, EpisodeRow, GroupRow, HeartbeatRow, Key, LabelRow, Rows, SampleRow

BURST = timedelta(minutes=5)
_FLAPPING = 3
_MOST_VALUES = 5
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class _Series:
    """A series of the period; ``spans`` are its occurrences, in order, without those that touch another."""

    key: Key
    fingerprint: str
    labels: Mapping[str, str]
    firing: bool
    stale: bool
    last_news: datetime
    spans: tuple[Span, ...]


def rows_of(told: Iterable[Episode], heartbeats: Iterable[Episode], period: Period) -> Rows:
    """Return the rows of the episodes of a period, and those of its heartbeats."""
    episodes: dict[Key, list[Episode]] = defaultdict(list)
    for row in told:
        episodes[group_key(row.series)].append(row)
    series = {key: tuple(_series(key, some, period)) for key, some in sorted(episodes.items())}
    return Rows(
        groups=tuple(_group(key, some, episodes[key], period) for key, some in series.items()),
        labels=tuple(row for key, some in series.items() for row in _labels(key, some)),
        samples=tuple(_sample(key, some) for key, some in sorted(episodes.items())),
        bursts=tuple(_burst(key, some) for key, some in series.items()),
        heartbeats=tuple(_heartbeats(heartbeats)),
        late=(),
        received=True,
        truncated=0,
        quarantined=0,
        spans=tuple(row for key, some in episodes.items() for row in joined(key, _fired(some, period))),
        episodes=tuple(row for some in series.values() for row in _newest(some, period)),
    )


def _series(key: Key, episodes: Iterable[Episode], period: Period) -> Iterator[_Series]:
    found: dict[str, list[Episode]] = defaultdict(list)
    for row in episodes:
        found[row.series.fingerprint].append(row)
    for fingerprint, some in sorted(found.items()):
        latest = max(some, key=lambda row: row.starts_at)
        firing = any(row.state == "firing" for row in some)
        stale = not firing and any(row.state == "stale" for row in some)
        spans = ((row.starts_at, max(row.starts_at, _end(row, period))) for row in some)
        news = max(row.last_firing_at for row in some)
        yield _Series(key, fingerprint, latest.series.labels, firing, stale, news, tuple(_union(spans)))


def _end(row: Episode, period: Period) -> datetime:
    """Return the end of an episode; what fires goes on for longer than any period."""
    return row.until or period.cut_off + timedelta(days=36500)


def _union(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def _group(key: Key, series: tuple[_Series, ...], episodes: Iterable[Episode], period: Period) -> GroupRow:
    firing = [one for one in series if one.firing]
    stale = [one.last_news for one in series if one.stale]
    return GroupRow(
        key=key,
        series=len(series),
        occurrences=sum(len(one.spans) for one in series),
        firing=len(firing),
        stale=len(stale),
        flapping=sum(len(one.spans) >= _FLAPPING for one in series),
        first_seen=min(one.spans[0][0] for one in series),
        last_seen=min(period.cut_off, max(one.spans[-1][1] for one in series)),
        last_news=max(stale, default=None),
        firing_since=min((one.spans[-1][0] for one in firing), default=None),
        firing_seconds=_firing_seconds(episodes, period),
    )


def _firing_seconds(episodes: Iterable[Episode], period: Period) -> int:
    return int(sum((end - start for start, end in _fired(episodes, period)), timedelta()).total_seconds())


def _fired(episodes: Iterable[Episode], period: Period) -> tuple[Span, ...]:
    """Return when at least one of the episodes fired inside the period, in the order of time."""
    ends = ((row.starts_at, max(row.starts_at, _end(row, period))) for row in episodes)
    inside = ((start, end) for start, end in ends if start < period.limit and end >= period.start)
    return tuple(_union((max(start, period.start), min(end, period.limit)) for start, end in inside))


def _newest(series: Iterable[_Series], period: Period) -> Iterator[EpisodeRow]:
    found = [(span, one) for one in series for span in one.spans]
    found.sort(key=lambda each: (-each[0][0].timestamp(), each[1].fingerprint))
    for (start, end), one in found[:MOST_OF_GROUP]:
        if end > period.cut_off + timedelta(days=1):
            yield EpisodeRow(one.key, start, None, "firing", dict(one.labels))
        else:
            stale = one.stale and end == one.spans[-1][1]
            yield EpisodeRow(one.key, start, end, "stale" if stale else "cleared", dict(one.labels))


def _labels(key: Key, series: tuple[_Series, ...]) -> Iterator[LabelRow]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    firing: Counter[tuple[str, str]] = Counter()
    for one in series:
        for label, value in one.labels.items():
            counts[label][value] += 1
            firing[label, value] += one.firing
    for label, values in sorted(counts.items()):
        ranked = sorted(values.items(), key=lambda item: (-firing[label, item[0]], -item[1], item[0]))
        shown = _MOST_VALUES if label in ASKED_LABELS else 1 if len(values) == 1 else 0
        for value, number in ranked[:shown]:
            yield LabelRow(key, label, value, number, firing[label, value], len(values))


def _sample(key: Key, episodes: Iterable[Episode]) -> SampleRow:
    ordered = sorted(episodes, key=lambda row: row.series.fingerprint)
    row = max(ordered, key=lambda row: (row.state == "firing", row.starts_at))
    return SampleRow(key, dict(row.series.annotations), row.series.generator_url)


def _burst(key: Key, series: Iterable[_Series]) -> BurstRow:
    starts = sorted(start for one in series for start, _ in one.spans)
    most, began, first = 0, starts[0], 0
    for last, at in enumerate(starts):
        while at - starts[first] > BURST:
            first += 1
        if last - first + 1 > most:
            most, began = last - first + 1, starts[first]
    return BurstRow(key, began, most)


def _heartbeats(rows: Iterable[Episode]) -> Iterator[HeartbeatRow]:
    found: dict[tuple[str, str, str], list[Episode]] = defaultdict(list)
    for row in rows:
        found[row.series.source, row.series.cluster, row.series.labels.get("alertname", "")].append(row)
    for (source, cluster, name), some in sorted(found.items()):
        alive = any(row.state == "firing" for row in some)
        yield HeartbeatRow(source, cluster, name, max(row.last_firing_at for row in some), alive)
