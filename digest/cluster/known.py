"""What is known of the cluster, now and from snapshots, each thing once; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from digest.cluster.model import (
    FailedJob,
    NodeCondition,
    Observation,
    Observed,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    UnboundClaim,
    Usage,
    WarningEvent,
    Workload,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Scaling:
    """Changes of a workload's replicas: from the count before the first to the one after the last."""

    workload: Workload
    before: int
    after: int
    at: datetime
    """The last of them."""
    changes: int


@dataclass(frozen=True)
class Known:
    """Everything that is known, and which nodes were there when it was collected."""

    pods: dict[tuple[str, str], Pod]
    """The latest of each namespace and name."""
    present_nodes: frozenset[str]
    terminations: tuple[Termination, ...]
    rollouts: tuple[Rollout, ...]
    counts: tuple[ReplicaCount, ...]
    events: tuple[WarningEvent, ...]
    conditions: tuple[NodeCondition, ...]
    jobs: dict[tuple[str, str], FailedJob]
    claims: tuple[UnboundClaim, ...]
    usages: tuple[Usage, ...]

    def scalings(self, start: datetime, end: datetime) -> Iterator[Scaling]:
        """Yield what became of each workload's replicas in a span, where they changed."""
        by_workload: dict[Workload, list[ReplicaCount]] = {}
        for count in sorted(self.counts, key=lambda one: one.at):
            by_workload.setdefault(count.workload, []).append(count)
        for workload, some in by_workload.items():
            pairs = [(one, other) for one, other in pairwise(some) if one.replicas != other.replicas]
            inside = [(one, other) for one, other in pairs if start <= other.at < end]
            if inside:
                last = inside[-1][1]
                yield Scaling(workload, inside[0][0].replicas, last.replicas, last.at, len(inside))


def known(observed: Observed, remembered: Iterable[Observation]) -> Known:
    """Return what is known, with the latest sight of each thing, and the first of each rollout."""
    latest: dict[tuple[str, str], Observation] = {}
    for one in (*remembered, *observed.observations):
        name = (type(one).__name__, one.key)
        latest[name] = _better(latest[name], one) if name in latest else one
    everything = [latest[name] for name in sorted(latest)]
    return Known(
        {(pod.namespace, pod.name): pod for pod in sorted(_only(everything, Pod), key=lambda pod: pod.at)},
        frozenset(condition.node for condition in _only(observed.observations, NodeCondition)),
        tuple(_only(everything, Termination)),
        tuple(_only(everything, Rollout)),
        tuple(_only(everything, ReplicaCount)),
        tuple(_only(everything, WarningEvent)),
        tuple(_only(everything, NodeCondition)),
        {(job.namespace, job.name): job for job in _only(everything, FailedJob)},
        observed.claims,
        observed.usages,
    )


def _better(one: Observation, other: Observation) -> Observation:
    """Return the later sight; of a rollout the earlier, with the old image that either knows: old revisions go."""
    if isinstance(one, Rollout) and isinstance(other, Rollout):
        first, second = sorted((one, other), key=lambda rollout: rollout.at)
        return replace(first, old_image=first.old_image or second.old_image)
    return other if other.at >= one.at else one


def _only(everything: Iterable[Observation], kind: type[T]) -> Iterator[T]:
    return (one for one in everything if isinstance(one, kind))
