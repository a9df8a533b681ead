"""Rollouts and replica counts, from what the API keeps: ReplicaSets and ControllerRevisions; pure.

A rollback takes an old ReplicaSet up again, so that its creation says nothing; then the time is that of the
Deployment's condition ``Progressing``, and the revision is the higher one that the ReplicaSet was given.
Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.cluster.answers import Container, RevisionAnswer, WorkloadAnswer
from digest.cluster.model import ReplicaCount, Rollout, Workload

_REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"


@dataclass(frozen=True)
class _Revision:
    number: int
    at: datetime
    images: tuple[str, ...]
    again: bool


def replica_counts(kind: str, answers: Iterable[WorkloadAnswer], now: datetime) -> Iterator[ReplicaCount]:
    """Yield how many replicas each workload is to have at present."""
    for one in answers:
        if one.spec.replicas is not None:
            workload = Workload(kind, one.metadata.namespace, one.metadata.name)
            yield ReplicaCount(workload, one.spec.replicas, now)


def deployment_rollouts(
    deployments: Iterable[WorkloadAnswer], replica_sets: Iterable[WorkloadAnswer], since: datetime
) -> Iterator[Rollout]:
    """Yield the rollouts of Deployments since a time, from their ReplicaSets."""
    moved = {(one.metadata.namespace, one.metadata.name): _progressing(one) for one in deployments}
    revisions: dict[Workload, list[_Revision]] = defaultdict(list)
    for one in replica_sets:
        owner, notes = one.metadata.controller, one.metadata.annotations or {}
        if owner and owner.kind == "Deployment" and one.metadata.creation_timestamp:
            workload = Workload("Deployment", one.metadata.namespace, owner.name)
            again = bool(notes.get(_HISTORY))
            at = (moved.get((workload.namespace, workload.name)) if again else None) or one.metadata.creation_timestamp
            number = int(notes.get(_REVISION, "0") or 0)
            revisions[workload].append(_Revision(number, at, _images(one.spec.template.spec.containers), again))
    return _rollouts(revisions, since)


def revision_rollouts(answers: Iterable[RevisionAnswer], since: datetime) -> Iterator[Rollout]:
    """Yield the rollouts of StatefulSets and DaemonSets since a time, from their ControllerRevisions."""
    revisions: dict[Workload, list[_Revision]] = defaultdict(list)
    for one in answers:
        owner, at = one.metadata.controller, one.metadata.creation_timestamp
        if owner and at:
            images = _images(one.data.spec.template.spec.containers)
            workload = Workload(owner.kind, one.metadata.namespace, owner.name)
            revisions[workload].append(_Revision(one.revision, at, images, again=False))
    return _rollouts(revisions, since)


def _rollouts(revisions: dict[Workload, list[_Revision]], since: datetime) -> Iterator[Rollout]:
    for workload, some in revisions.items():
        before: _Revision | None = None
        for one in sorted(some, key=lambda revision: revision.number):
            if one.at >= since:
                old, new = _changed(before.images if before else (), one.images)
                yield Rollout(workload, one.number, one.at, old, new, rollback=one.again)
            before = one


def _changed(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, str]:
    """Return the first image that differs, before and after; the first one of both where none does."""
    for before, after in zip(old, new, strict=False):
        if before != after:
            return before, after
    return (old[0] if old else "", new[0] if new else "")


def _images(containers: Iterable[Container]) -> tuple[str, ...]:
    return tuple(container.image for container in containers)


def _progressing(answer: WorkloadAnswer) -> datetime | None:
    conditions = answer.status.conditions or []
    return next((one.last_update_time for one in conditions if one.type == "Progressing"), None)
