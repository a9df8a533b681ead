"""The cluster's part of the facts from what is known of it: bounded lists, most important first; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from digest.cluster.context import (
    ConditionChange,
    Context,
    FailedJobFact,
    ProblematicPod,
    RecentDeployment,
    RecentEvent,
    ResourcePressure,
    UnboundClaimFact,
)
from digest.cluster.model import (
    FailedJob,
    NodeCondition,
    Observation,
    Observed,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    Usage,
    WarningEvent,
)
from digest.facts import Period, whole_second

MOST = 50
"""Entries of each list."""
BEFORE = timedelta(hours=24)
"""How long before the period a rollout is still told."""
T = TypeVar("T")
Scalings = Sequence[tuple[ReplicaCount, ReplicaCount]]


def summarize(observed: Observed, everything: Sequence[Observation], scalings: Scalings, period: Period) -> Context:
    """Return what is told of the cluster for a period; events, ends and conditions count where they lie in it."""
    lists = (
        _deployments(everything, scalings, period),
        _pods(everything, period),
        _events(everything, period),
        _conditions(everything, period),
        _jobs(everything, period),
        [UnboundClaimFact(one.name, one.namespace, one.phase, whole_second(one.since)) for one in observed.claims],
    )
    deployments, pods, events, conditions, jobs, claims = lists
    return Context(
        whole_second(observed.collection_time),
        observed.looked,
        tuple(deployments[:MOST]),
        tuple(pods[:MOST]),
        _pressure(observed.usages),
        tuple(events[:MOST]),
        tuple(conditions[:MOST]),
        tuple(jobs[:MOST]),
        tuple(claims[:MOST]),
        observed.missing,
        sum(max(0, len(one) - MOST) for one in lists),
    )


def _deployments(everything: Iterable[Observation], scalings: Scalings, period: Period) -> list[RecentDeployment]:
    found = [
        RecentDeployment(
            one.workload.kind, one.workload.namespace, one.workload.name, whole_second(one.at), one.revision,
            one.rollback, _arrow(one.old_image, one.new_image), "",
        )
        for one in everything
        if isinstance(one, Rollout) and period.start - BEFORE <= one.at < period.cut_off
    ]  # fmt: skip
    found += [
        RecentDeployment(
            after.workload.kind, after.workload.namespace, after.workload.name, whole_second(after.at), None, False,
            "", _arrow(str(before.replicas), str(after.replicas)),
        )
        for before, after in scalings
        if period.start - BEFORE <= after.at < period.cut_off
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.updated_at, one.namespace, one.name), reverse=True)


def _pods(everything: Iterable[Observation], period: Period) -> list[ProblematicPod]:
    ends: dict[tuple[str, str], Termination] = {}
    for one in everything:
        if isinstance(one, Termination) and period.start <= one.at < period.cut_off:
            last = ends.get((one.namespace, one.pod))
            ends[one.namespace, one.pod] = one if last is None or one.at >= last.at else last
    pods = {(one.namespace, one.name): one for one in everything if isinstance(one, Pod)}
    wanted = {name for name, pod in pods.items() if not pod.healthy} | set(ends)
    found = [_problem(name, pods.get(name), ends.get(name)) for name in wanted]
    return sorted(found, key=lambda pod: (pod.status in {"", "Running"}, -pod.restart_count, pod.namespace, pod.name))


def _problem(name: tuple[str, str], pod: Pod | None, end: Termination | None) -> ProblematicPod:
    known = pod or end
    if known is None:  # pragma: no cover
        raise AssertionError("a pod is wanted for one of the two")
    return ProblematicPod(
        name[1],
        name[0],
        known.workload,
        known.node,
        pod.status if pod else "",
        pod.restart_count if pod else 0,
        end.reason if end else "",
        end.exit_code if end else None,
        whole_second(end.at) if end else None,
    )


def _events(everything: Iterable[Observation], period: Period) -> list[RecentEvent]:
    by_object: dict[tuple[str, str, str, str], list[WarningEvent]] = defaultdict(list)
    for one in everything:
        if isinstance(one, WarningEvent) and one.at >= period.start and one.first_at < period.cut_off:
            by_object[one.namespace, one.involved_kind, one.involved_name, one.reason].append(one)
    found = [
        RecentEvent(
            reason,
            max(some, key=lambda event: event.at).message,
            sum(event.count for event in some),
            namespace,
            f"{kind.lower()}/{name}",
            whole_second(min(event.first_at for event in some)),
            whole_second(max(event.at for event in some)),
        )
        for (namespace, kind, name, reason), some in by_object.items()
    ]
    return sorted(found, key=lambda event: (-event.count, event.namespace, event.involved_object, event.reason))


def _conditions(everything: Iterable[Observation], period: Period) -> list[ConditionChange]:
    found = [
        ConditionChange(one.node, one.condition, one.status, one.bad, one.reason, whole_second(one.at))
        for one in everything
        if isinstance(one, NodeCondition) and one.at < period.cut_off and (one.bad or one.at >= period.start)
    ]
    latest = {(one.node, one.condition): one.since for one in sorted(found, key=lambda one: one.since)}
    current = [one for one in found if one.since >= period.start or latest[one.node, one.condition] == one.since]
    return sorted(current, key=lambda one: (not one.bad, one.since, one.node, one.condition))


def _jobs(everything: Iterable[Observation], period: Period) -> list[FailedJobFact]:
    found = [
        FailedJobFact(one.name, one.namespace, one.workload, one.reason, whole_second(one.at))
        for one in everything
        if isinstance(one, FailedJob) and period.start <= one.at < period.cut_off
    ]
    return sorted(found, key=lambda one: (one.failed_at, one.namespace, one.name))


def _pressure(usages: Iterable[Usage]) -> ResourcePressure:
    some = sorted(usages, key=lambda one: (-one.percent, one.namespace, one.name))

    def names(resource: str, *, of_nodes: bool) -> tuple[str, ...]:
        told = [one for one in some if one.resource == resource and (not one.namespace) is of_nodes]
        return tuple(f"{one.namespace}/{one.name}".lstrip("/") for one in told[:MOST])

    return ResourcePressure(
        names("memory", of_nodes=True),
        names("cpu", of_nodes=True),
        names("memory", of_nodes=False),
        names("cpu", of_nodes=False),
    )


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before and before != after else ""
