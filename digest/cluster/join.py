"""Bring the facts of the alerts and what is known of the cluster together; pure.

Order in time is told, never a cause.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from digest.cluster.context import Change, ChangeKind, WorstState
from digest.cluster.model import (
    FailedJob,
    Observation,
    Observed,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    Workload,
)
from digest.cluster.remember import replica_changes
from digest.cluster.resolve import pods_of, resolve
from digest.cluster.summary import summarize
from digest.cluster.timeline import timeline
from digest.facts import Facts, Group, Period, whole_second

SHORTLY_BEFORE = timedelta(hours=2)
"""How long before the first firing a change of the same workload is told with a group."""
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """Everything that is known of the cluster, now and from snapshots, each thing once."""

    pods: dict[tuple[str, str], Pod]
    terminations: tuple[Termination, ...]
    rollouts: tuple[Rollout, ...]
    scalings: tuple[tuple[ReplicaCount, ReplicaCount], ...]
    jobs: dict[tuple[str, str], FailedJob]
    all: tuple[Observation, ...]


def known(observed: Observed, remembered: Iterable[Observation]) -> Known:
    """Return what is known, with the latest sight of each thing."""
    latest: dict[tuple[str, str], Observation] = {}
    for one in (*remembered, *observed.observations):
        name = (type(one).__name__, one.key)
        if name not in latest or latest[name].at <= one.at:
            latest[name] = one
    everything = tuple(latest[name] for name in sorted(latest))
    pods = sorted(_only(everything, Pod), key=lambda pod: pod.at)
    return Known(
        {(pod.namespace, pod.name): pod for pod in pods},
        tuple(_only(everything, Termination)),
        tuple(_only(everything, Rollout)),
        tuple(replica_changes(_only(everything, ReplicaCount))),
        {(job.namespace, job.name): job for job in _only(everything, FailedJob)},
        everything,
    )


def join(facts: Facts, observed: Observed, remembered: Iterable[Observation]) -> Facts:
    """Return the facts with the cluster's side: each group of this cluster with its own, and the night as a whole."""
    cluster = known(observed, remembered)
    ours = _our_clusters(facts)
    groups = tuple(
        _joined(group, cluster, facts.period) if (group.source, group.cluster) in ours else group
        for group in facts.groups
    )
    context = summarize(observed, cluster.all, cluster.scalings, facts.period)
    return replace(facts, groups=groups, context=context, timeline=timeline(groups, context, cluster.all, facts.period))


def _our_clusters(facts: Facts) -> set[tuple[str, str]]:
    """Return which of the night are this cluster: those of its name or without any, or the only one."""
    night = {(group.source, group.cluster) for group in facts.groups}
    if len(night) == 1 and not facts.cluster:
        return night
    return {(source, cluster) for source, cluster in night if cluster in {"", facts.cluster}}


def _joined(group: Group, cluster: Known, period: Period) -> Group:
    workload = resolve(group, cluster.pods, cluster.jobs)
    return replace(
        group,
        workload=workload,
        changes=tuple(_changes(group, workload, cluster)),
        worst_state=_worst(group, workload, cluster, period),
    )


def _changes(group: Group, workload: Workload | None, cluster: Known) -> Iterator[Change]:
    if workload is None:
        return
    found = [*_rollouts(workload, cluster), *_scalings(workload, cluster)]
    for change in sorted(found, key=lambda one: one.at, reverse=True):
        before = group.first_seen - change.at
        if timedelta(0) <= before <= SHORTLY_BEFORE:
            yield replace(change, minutes_before=int(before.total_seconds()) // 60)


def _rollouts(workload: Workload, cluster: Known) -> Iterator[Change]:
    for one in cluster.rollouts:
        if _same(one.workload, workload):
            kind: ChangeKind = "rollback" if one.rollback else "rollout"
            yield Change(kind, whole_second(one.at), 0, one.old_image, one.new_image)


def _scalings(workload: Workload, cluster: Known) -> Iterator[Change]:
    for before, after in cluster.scalings:
        if _same(after.workload, workload):
            yield Change("scaling", whole_second(after.at), 0, str(before.replicas), str(after.replicas))


def _worst(group: Group, workload: Workload | None, cluster: Known, period: Period) -> WorstState | None:
    """Return the worst of the pods that the group names, or else of all pods of its workload."""
    named = set(pods_of(group))
    pods = [
        pod
        for pod in cluster.pods.values()
        if (pod.namespace, pod.name) in named or (workload and _same(pod.workload, workload))
    ]
    ends = [
        one
        for one in cluster.terminations
        if ((one.namespace, one.pod) in named or (workload and _same(one.workload, workload)))
        and period.start <= one.at < period.cut_off
    ]
    wrong = [pod for pod in pods if not pod.healthy]
    if not ends and not wrong:
        return None
    reasons = Counter((end.reason, end.exit_code) for end in ends).most_common(1)
    reason, code = reasons[0][0] if reasons else ("", None)
    return WorstState(
        Counter(pod.status for pod in wrong).most_common(1)[0][0] if wrong else "",
        reason,
        code,
        len(ends),
        whole_second(max(end.at for end in ends)) if ends else None,
        max((pod.restart_count for pod in pods), default=0),
    )


def _same(one: Workload, other: Workload) -> bool:
    return (one.kind, one.namespace, one.name) == (other.kind, other.namespace, other.name)


def _only(everything: Iterable[Observation], kind: type[T]) -> Iterator[T]:
    return (one for one in everything if isinstance(one, kind))
