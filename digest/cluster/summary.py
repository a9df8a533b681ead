"""The cluster's part of the facts from what is known of it: bounded lists, most important first; pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta

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
from digest.cluster.known import Known
from digest.cluster.model import Observed, Pod, Termination, Usage, WarningEvent
from digest.facts import Period, whole_second

MOST = 50
"""Entries of each list."""
BEFORE = timedelta(hours=24)
"""How long before the period a rollout is still told."""


@dataclass(frozen=True)
class Lists:
    """Everything that could be told, most important first, not yet bounded."""

    deployments: tuple[RecentDeployment, ...]
    pods: tuple[ProblematicPod, ...]
    events: tuple[RecentEvent, ...]
    conditions: tuple[ConditionChange, ...]
    jobs: tuple[FailedJobFact, ...]
    claims: tuple[UnboundClaimFact, ...]


def lists(cluster: Known, period: Period) -> Lists:
    """Return what is told of a period; events, ends and conditions count where they lie in it."""
    return Lists(
        (*_rollouts(cluster, period), *_scalings(cluster, period)),
        tuple(_pods(cluster, period)),
        tuple(_events(cluster.events, period)),
        tuple(_conditions(cluster, period)),
        tuple(_jobs(cluster, period)),
        tuple(UnboundClaimFact(one.name, one.namespace, one.phase, whole_second(one.since)) for one in cluster.claims),
    )


def summarize(observed: Observed, told: Lists) -> Context:
    """Return the bounded form."""
    return Context(
        whole_second(observed.collection_time),
        observed.looked,
        told.deployments[:MOST],
        told.pods[:MOST],
        _pressure(observed.usages),
        told.events[:MOST],
        told.conditions[:MOST],
        told.jobs[:MOST],
        told.claims[:MOST],
        observed.missing,
        sum(max(0, len(getattr(told, one.name)) - MOST) for one in fields(told)),
    )


def _rollouts(cluster: Known, period: Period) -> list[RecentDeployment]:
    found = [
        RecentDeployment(
            one.workload.kind, one.workload.namespace, one.workload.name, whole_second(one.at), one.revision,
            one.rollback, _arrow(one.old_image, one.new_image), "",
        )
        for one in cluster.rollouts
        if period.start - BEFORE <= one.at < period.limit
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.updated_at, one.namespace, one.name), reverse=True)


def _scalings(cluster: Known, period: Period) -> list[RecentDeployment]:
    found = [
        RecentDeployment(
            one.workload.kind, one.workload.namespace, one.workload.name, whole_second(one.at), None, False, "",
            _arrow(str(one.before), str(one.after)),
        )
        for one in cluster.scalings(period.start - BEFORE, period.limit)
        if one.before != one.after
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.updated_at, one.namespace, one.name), reverse=True)


def _pods(cluster: Known, period: Period) -> list[ProblematicPod]:
    """Return pods that are not well now or were not when a snapshot of the period saw them, and those that ended."""
    ends: dict[tuple[str, str], Termination] = {}
    for one in sorted(cluster.terminations, key=lambda end: end.at):
        if period.contains(one.at):
            ends[one.namespace, one.pod] = one
    unwell = {name for name, pod in cluster.pods.items() if not pod.healthy and pod.at >= period.start}
    found = [_problem(name, cluster.pods.get(name), ends.get(name)) for name in unwell | set(ends)]
    return sorted(found, key=lambda pod: (pod.status in {"", "Running"}, -pod.restart_count, pod.namespace, pod.name))


def _problem(name: tuple[str, str], pod: Pod | None, end: Termination | None) -> ProblematicPod:
    known = pod or end
    if known is None:  # pragma: no cover
        raise AssertionError("a pod is told for one of the two")
    return ProblematicPod(
        name[1],
        name[0],
        known.workload,
        known.node,
        pod.status if pod else "",
        whole_second(pod.at) if pod else None,
        pod.restart_count if pod else 0,
        end.reason if end else "",
        end.exit_code if end else None,
        whole_second(end.at) if end else None,
    )


def _events(events: Iterable[WarningEvent], period: Period) -> list[RecentEvent]:
    by_object: dict[tuple[str, str, str, str], list[WarningEvent]] = defaultdict(list)
    for one in events:
        if one.at >= period.start and one.first_at < period.limit:
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


def _conditions(cluster: Known, period: Period) -> list[ConditionChange]:
    """Return the conditions that turned in the period, and older ones that are bad and still so."""
    before = [one for one in cluster.conditions if one.at < period.limit]
    latest = {(one.node, one.condition): one for one in sorted(before, key=lambda one: one.at)}
    found = [
        ConditionChange(
            one.node, one.condition, one.status, one.bad, one.reason, whole_second(one.at),
            latest[one.node, one.condition] == one and one.node in cluster.present_nodes,
        )
        for one in before
    ]  # fmt: skip
    told = [one for one in found if one.since >= period.start or (one.bad and one.present)]
    return sorted(told, key=lambda one: (not one.bad, one.since, one.node, one.condition))


def _jobs(cluster: Known, period: Period) -> list[FailedJobFact]:
    found = [
        FailedJobFact(one.name, one.namespace, one.workload, one.reason, whole_second(one.at))
        for one in cluster.jobs.values()
        if period.contains(one.at)
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
