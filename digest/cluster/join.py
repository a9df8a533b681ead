"""Bring the facts of the alerts and what is known of the cluster together; pure.

Order in time is told, never a cause.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from digest.cluster.context import Change, ChangeKind, WorstState
from digest.cluster.known import Known, known
from digest.cluster.model import Observation, Observed, Pod, Termination, Workload
from digest.cluster.resolve import pods_of, resolve
from digest.cluster.summary import lists, summarize
from digest.cluster.timeline import timeline
from digest.cluster.where import nodes_of, places
from digest.facts import Facts, Group, Period, whole_second

SHORTLY_BEFORE = timedelta(hours=2)
"""How long before the first firing a change of the same workload is told with a group."""


def join(facts: Facts, observed: Observed, remembered: Iterable[Observation]) -> Facts:
    """Return the facts with the cluster's side: each group of this cluster with its own, and the night as a whole."""
    before = tuple(remembered)
    cluster, where, ours = known(observed, before), places((*before, *observed.observations)), facts.ours
    groups = tuple(
        replace(_joined(group, cluster, facts.period), nodes=nodes_of(group, where))
        if (group.source, group.cluster) in ours
        else group
        for group in facts.groups
    )
    told = lists(cluster, facts.period)
    moments = timeline(groups, told, cluster, facts.period)
    return replace(facts, groups=groups, context=summarize(observed, told), timeline=moments)


def _joined(group: Group, cluster: Known, period: Period) -> Group:
    workload = resolve(group, cluster.pods, cluster.jobs)
    return replace(
        group,
        workload=workload,
        changes=tuple(_changes(group, workload, cluster)) if workload else (),
        worst_state=_worst(group, workload, cluster, period),
    )


def _changes(group: Group, workload: Workload, cluster: Known) -> Iterator[Change]:
    """Yield rollouts, the latest first, and then what became of the replicas."""
    start, end = group.first_seen - SHORTLY_BEFORE, group.first_seen + timedelta(seconds=1)
    rollouts = [one for one in cluster.rollouts if _same(one.workload, workload) and start <= one.at < end]
    for one in sorted(rollouts, key=lambda rollout: rollout.at, reverse=True):
        kind: ChangeKind = "rollback" if one.rollback else "rollout"
        yield Change(kind, whole_second(one.at), _minutes(group, one.at), one.old_image, one.new_image)
    for scaling in cluster.scalings(start, end):
        if _same(scaling.workload, workload):
            counts = (str(scaling.before), str(scaling.after))
            yield Change("scaling", whole_second(scaling.at), _minutes(group, scaling.at), *counts)


def _minutes(group: Group, at: datetime) -> int:
    return max(0, int((group.first_seen - at).total_seconds())) // 60


def _worst(group: Group, workload: Workload | None, cluster: Known, period: Period) -> WorstState | None:
    """Return the worst of the pods that the group names and of those of its workload."""
    named = set(pods_of(group))
    pods = [pod for name, pod in cluster.pods.items() if name in named or (workload and _same(pod.workload, workload))]
    ends = [
        one
        for one in cluster.terminations
        if period.contains(one.at)
        and ((one.namespace, one.pod) in named or (workload and _same(one.workload, workload)))
    ]
    wrong = [pod for pod in pods if not pod.healthy and pod.at >= period.start]
    return _worst_of(pods, wrong, ends) if ends or wrong else None


def _worst_of(pods: list[Pod], wrong: list[Pod], ends: list[Termination]) -> WorstState:
    status = Counter(pod.status for pod in wrong).most_common(1)[0][0] if wrong else ""
    seen = max((pod.at for pod in wrong if pod.status == status), default=None)
    reason, code = Counter((end.reason, end.exit_code) for end in ends).most_common(1)[0][0] if ends else ("", None)
    alike = [end.at for end in ends if (end.reason, end.exit_code) == (reason, code)]
    return WorstState(
        status,
        whole_second(seen) if seen else None,
        reason,
        code,
        len(alike),
        whole_second(max(alike)) if alike else None,
        len(ends) - len(alike),
        max((pod.restart_count for pod in pods), default=0),
    )


def _same(one: Workload, other: Workload) -> bool:
    return (one.kind, one.namespace, one.name) == (other.kind, other.namespace, other.name)
