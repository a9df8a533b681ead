"""What belongs together or behaves alike, found by code: storms, nodes, flapping, what lasted; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from digest.facts import Group, Pattern, Period, whole_second
from digest.rows import BurstRow, Key

STORM_STARTS = 20
"""From so many episodes on that begin within five minutes a group is a storm."""
TOGETHER = timedelta(minutes=2)
LONG_SHARE = 0.8
"""A group that fires for this share of the period is long firing."""
_FEWEST_TOGETHER = 2


def find_patterns(groups: tuple[Group, ...], bursts: Iterable[BurstRow], period: Period) -> tuple[Pattern, ...]:
    """Return the patterns, the widest kinds first."""
    by_key = {burst.key: burst for burst in bursts}
    return (*_storms(groups, by_key), *_nodes(groups), *_together(groups), *_flapping(groups), *_long(groups, period))


def _storms(groups: tuple[Group, ...], bursts: dict[Key, BurstRow]) -> Iterator[Pattern]:
    for group in groups:
        burst = bursts.get(_key(group))
        if burst and burst.starts >= STORM_STARTS:
            subject = dict(group.common_labels).get("deployment") or group.namespace
            yield Pattern("storm", (group.id,), subject, burst.starts, whole_second(burst.began), group.last_seen)


def _nodes(groups: tuple[Group, ...]) -> Iterator[Pattern]:
    by_node: dict[tuple[str, str, str], list[Group]] = defaultdict(list)
    for group in groups:
        for kind in group.resources:
            if kind.label == "node" and kind.total == 1:
                by_node[group.source, group.cluster, kind.top[0].name].append(group)
    for (_, _, node), some in by_node.items():
        if len(some) >= _FEWEST_TOGETHER:
            yield _of("same_node", some, node)


def _together(groups: tuple[Group, ...]) -> Iterator[Pattern]:
    by_namespace: dict[tuple[str, str, str], list[Group]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: group.first_seen):
        if group.namespace:
            by_namespace[group.source, group.cluster, group.namespace].append(group)
    for (_, _, namespace), some in by_namespace.items():
        run = [some[0]]
        for group in some[1:]:
            if group.first_seen - run[0].first_seen > TOGETHER:
                if len(run) >= _FEWEST_TOGETHER:
                    yield _of("together", run, namespace)
                run = []
            run.append(group)
        if len(run) >= _FEWEST_TOGETHER:
            yield _of("together", run, namespace)


def _flapping(groups: tuple[Group, ...]) -> Iterator[Pattern]:
    for group in groups:
        if group.flapping:
            count = group.total_occurrences
            yield Pattern("flapping", (group.id,), group.alertname, count, group.first_seen, group.last_seen)


def _long(groups: tuple[Group, ...], period: Period) -> Iterator[Pattern]:
    span = (period.limit - period.start).total_seconds()
    for group in groups:
        if group.firing_seconds >= LONG_SHARE * span:
            count = group.total_occurrences
            yield Pattern("long_firing", (group.id,), group.alertname, count, group.first_seen, group.last_seen)


def _of(kind: str, some: list[Group], subject: str) -> Pattern:
    ordered = sorted(some, key=lambda group: int(group.id[1:]))
    first, last = min(group.first_seen for group in some), max(group.last_seen for group in some)
    ids = tuple(group.id for group in ordered)
    if kind == "same_node":
        return Pattern("same_node", ids, subject, len(some), first, last)
    return Pattern("together", ids, subject, len(some), first, last)


def _key(group: Group) -> Key:
    return Key(group.source, group.cluster, group.alertname, group.severity, group.namespace)
