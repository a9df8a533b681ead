"""The night in the order of time: what was changed, what broke, and what fired first; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from digest.cluster.context import Moment, MomentKind
from digest.cluster.known import Known
from digest.cluster.summary import Lists
from digest.facts import Group, Period, whole_second

MOST = 40
"""Entries; what is less important goes first."""
_IMPORTANCE = ("node", "rollback", "rollout", "alerts", "terminations", "job", "scaling")


def timeline(groups: Iterable[Group], told: Lists, cluster: Known, period: Period) -> tuple[Moment, ...]:
    """Return the moments of a period, oldest first; ends of containers are one moment for a workload and reason."""
    found = [*_changes(told), *_nodes(told), *_ends(cluster, period), *_jobs(told), *_alerts(groups)]
    inside = [one for one in found if period.contains(one.at)]
    inside.sort(key=lambda one: (_IMPORTANCE.index(one.kind), -one.count, one.at, one.subject))
    return tuple(sorted(inside[:MOST], key=lambda one: (one.at, _IMPORTANCE.index(one.kind), one.subject)))


def _changes(told: Lists) -> Iterator[Moment]:
    for one in told.deployments:
        if one.replicas_change:
            yield Moment(one.updated_at, "scaling", one.name, one.namespace, one.replicas_change, 1)
        else:
            kind: MomentKind = "rollback" if one.rollback else "rollout"
            yield Moment(one.updated_at, kind, one.name, one.namespace, one.image_change, 1)


def _nodes(told: Lists) -> Iterator[Moment]:
    for one in told.conditions:
        yield Moment(one.since, "node", one.node, "", f"{one.condition} {one.status}", 1)


def _ends(cluster: Known, period: Period) -> Iterator[Moment]:
    by_workload = defaultdict(list)
    for one in cluster.terminations:
        if period.contains(one.at):
            by_workload[one.namespace, one.workload.name, one.reason].append(one)
    for (namespace, name, reason), some in by_workload.items():
        first = min(one.at for one in some)
        yield Moment(whole_second(first), "terminations", name, namespace, reason, len(some))


def _jobs(told: Lists) -> Iterator[Moment]:
    for one in told.jobs:
        yield Moment(one.failed_at, "job", one.name, one.namespace, one.reason, 1)


def _alerts(groups: Iterable[Group]) -> Iterator[Moment]:
    for group in groups:
        if group.attention or group.level in {"critical", "warning"}:
            yield Moment(
                group.first_seen, "alerts", group.alertname, group.namespace, group.severity, group.series_count
            )
