"""Rollouts and replica counts, from what the API keeps: ReplicaSets and ControllerRevisions; pure.

A rollback takes an old ReplicaSet up again: its creation says nothing then, its old revisions stay in an annotation for
ever, and the time is that of the Deployment's condition ``Progressing``. A ControllerRevision that is taken up again
only gets a higher number, and no time: that is not told.
Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from digest.cluster.answers import Container, RevisionAnswer, RevisionData, WorkloadAnswer
from digest.cluster.model import ReplicaCount, Rollout, Workload

_REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_WITH_REVISIONS = ("StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class _Revision:
    number: int
    at: datetime
    images: tuple[str, ...]
    again: bool = False


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
    present = {(one.metadata.namespace, one.metadata.name): one for one in deployments}
    revisions: dict[Workload, list[_Revision]] = defaultdict(list)
    for one in replica_sets:
        owner = one.metadata.controller
        if owner and owner.kind == "Deployment":
            workload = Workload("Deployment", one.metadata.namespace, owner.name)
            revisions[workload] += _of_replica_set(one, present.get((workload.namespace, workload.name)))
    return _rollouts(revisions, since)


def revision_rollouts(answers: Iterable[RevisionAnswer], since: datetime) -> Iterator[Rollout]:
    """Yield the rollouts of StatefulSets and DaemonSets since a time, from their ControllerRevisions."""
    revisions: dict[Workload, list[_Revision]] = defaultdict(list)
    for one in answers:
        owner, at = one.metadata.controller, one.metadata.creation_timestamp
        if owner and at and owner.kind in _WITH_REVISIONS:
            workload = Workload(owner.kind, one.metadata.namespace, owner.name)
            revisions[workload].append(_Revision(one.revision, at, _revision_images(one)))
    return _rollouts(revisions, since)


def _of_replica_set(one: WorkloadAnswer, deployment: WorkloadAnswer | None) -> Iterator[_Revision]:
    """Yield the revision that made the ReplicaSet, and the present one where it was taken up again."""
    notes, made = one.metadata.annotations or {}, one.metadata.creation_timestamp
    if made is None:
        return
    images = _images(one.spec.template.spec.containers)
    number, earlier = _number(notes.get(_REVISION)), notes.get(_HISTORY, "")
    yield _Revision(_number(earlier.split(",")[0]) if earlier else number, made, images)
    current = deployment and _number((deployment.metadata.annotations or {}).get(_REVISION)) == number
    moved = _progressing(deployment) if deployment and current and earlier else None
    if moved:
        yield _Revision(number, moved, images, again=True)


def _rollouts(revisions: dict[Workload, list[_Revision]], since: datetime) -> Iterator[Rollout]:
    """Yield the revisions since a time, each with the one before it in time."""
    for workload, some in revisions.items():
        before: _Revision | None = None
        for one in sorted(some, key=lambda revision: (revision.at, revision.number)):
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


def _revision_images(answer: RevisionAnswer) -> tuple[str, ...]:
    try:
        data = msgspec.json.decode(answer.data, type=RevisionData)
    except msgspec.DecodeError:
        return ()
    return _images(data.spec.template.spec.containers)


def _images(containers: Iterable[Container]) -> tuple[str, ...]:
    return tuple(container.image for container in containers)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _progressing(answer: WorkloadAnswer) -> datetime | None:
    conditions = answer.status.conditions or []
    return next((one.last_update_time for one in conditions if one.type == "Progressing"), None)
