"""What the sources changed, group by group; pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from digest.confirm.alertmanager import merged
from digest.confirm.model import Added, Corrected, Episode, SeriesId, Suppression
from digest.rows import Correction, Key

MOST_SUPPRESSIONS = 5
T = TypeVar("T")


def by_group(corrected: Corrected) -> dict[Key, Correction]:
    """Return the correction of each group that the sources changed."""
    closed = _counts(corrected.closed)
    unconfirmed = _counts(corrected.unconfirmed)
    held_back = _grouped(corrected.suppressed, lambda one: one.series)
    added = _grouped(corrected.added, lambda one: one.series)
    return {
        key: Correction(
            suppressed=len({one.series.fingerprint for one in held_back[key]}),
            suppressions=_suppressions(held_back[key]),
            unconfirmed=unconfirmed[key],
            closed=closed[key],
            added=_added(added[key]),
        )
        for key in {*closed, *unconfirmed, *held_back, *added}
    }


def group_key(series: SeriesId) -> Key:
    """Return the group that a series belongs to."""
    name, severity, namespace = (series.labels.get(label, "") for label in ("alertname", "severity", "namespace"))
    return Key(series.source, series.cluster, name, severity, namespace)


def _suppressions(rows: Iterable[Episode]) -> tuple[Suppression, ...]:
    """Count each series once, by what holds it back longest."""
    return merged(one.suppressions[0] for one in rows)[:MOST_SUPPRESSIONS]


def _added(rows: Iterable[Episode]) -> tuple[Added, ...]:
    counts = Counter(one.reason for one in rows if one.reason)
    return tuple(Added(reason, episodes) for reason, episodes in sorted(counts.items()))


def _counts(series: Iterable[SeriesId]) -> Counter[Key]:
    return Counter(group_key(one) for one in series)


def _grouped(rows: Iterable[T], series: Callable[[T], SeriesId]) -> dict[Key, list[T]]:
    found: dict[Key, list[T]] = defaultdict(list)
    for row in rows:
        found[group_key(series(row))].append(row)
    return found
