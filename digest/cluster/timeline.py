"""The night in the order of time: what was changed, what broke, and what fired first; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from digest.cluster.context import Context, Moment, MomentKind
from digest.cluster.model import Observation, Termination
from digest.facts import Group, Period, whole_second

MOST = 40
"""Entries; what is less important goes first."""
_IMPORTANCE = ("node", "rollback", "rollout", "scaling", "alerts", "terminations", "job")


def timeline(
    groups: Iterable[Group], context: Context, everything: Iterable[Observation], period: Period
) -> tuple[Moment, ...]:
    """Return the moments of a period, oldest first; ends of containers are one moment for a workload and reason."""
    found = [*_changes(context), *_nodes(context), *_ends(everything, period), *_jobs(context), *_alerts(groups)]
    inside = [one for one in found if period.start <= one.at < period.cut_off]
    inside.sort(key=lambda one: (_IMPORTANCE.index(one.kind), -one.count, one.at, one.subject))
    return tuple(sorted(inside[:MOST], key=lambda one: (one.at, _IMPORTANCE.index(one.kind), one.subject)))


def _changes(context: Context) -> Iterator[Moment]:
    for one in context.recent_deployments:
        if one.replicas_change:
            yield Moment(one.updated_at, "scaling", one.name, one.namespace, one.replicas_change, 1)
        else:
            kind: MomentKind = "rollback" if one.rollback else "rollout"
            yield Moment(one.updated_at, kind, one.name, one.namespace, one.image_change, 1)


def _nodes(context: Context) -> Iterator[Moment]:
    for one in context.node_conditions:
        yield Moment(one.since, "node", one.node, "", f"{one.condition} {one.status}", 1)


def _ends(everything: Iterable[Observation], period: Period) -> Iterator[Moment]:
    by_workload: dict[tuple[str, str, str], list[Termination]] = defaultdict(list)
    for one in everything:
        if isinstance(one, Termination) and period.start <= one.at < period.cut_off:
            by_workload[one.namespace, one.workload.name, one.reason].append(one)
    for (namespace, name, reason), some in by_workload.items():
        first = min(one.at for one in some)
        yield Moment(whole_second(first), "terminations", name, namespace, reason, len(some))


def _jobs(context: Context) -> Iterator[Moment]:
    for one in context.failed_jobs:
        yield Moment(one.failed_at, "job", one.name, one.namespace, one.reason, 1)


def _alerts(groups: Iterable[Group]) -> Iterator[Moment]:
    for group in groups:
        if group.attention or group.level in {"critical", "warning"}:
            yield Moment(
                group.first_seen, "alerts", group.alertname, group.namespace, group.severity, group.series_count
            )
