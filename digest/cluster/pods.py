"""Pods: what is wrong with them, how their containers ended, whose they are; pure.

Reasons: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from digest.cluster.answers import ContainerStatus, PodAnswer
from digest.cluster.model import Pod, Termination, Workload
from digest.cluster.owners import owner_of

_STARTING = {"", "ContainerCreating", "PodInitializing"}
_DONE = "Succeeded"
_PATIENCE = timedelta(minutes=10)
"""How long a pod may take to end or to become ready."""
Owners = Mapping[tuple[str, str, str], Workload]


def pod_of(answer: PodAnswer, owners: Owners, now: datetime) -> Pod:
    """Return the pod with the worst that can be said of it."""
    status, healthy = _status(answer, now)
    return Pod(
        answer.metadata.uid,
        answer.metadata.namespace,
        answer.metadata.name,
        owner_of(answer.metadata, owners, "Pod"),
        answer.spec.node_name,
        status,
        healthy,
        sum(one.restart_count for one in _containers(answer)),
        now,
    )


def terminations_of(answer: PodAnswer, owners: Owners, since: datetime) -> Iterator[Termination]:
    """Yield how containers ended since a time, unless with 0; the API keeps the present and the last end of each."""
    meta, workload = answer.metadata, owner_of(answer.metadata, owners, "Pod")
    for one in _containers(answer) if answer.status.phase != _DONE else ():
        for ended in (one.last_state.terminated, one.state.terminated):
            if ended and ended.exit_code and ended.finished_at and ended.finished_at >= since:
                reason = ended.reason or "Error"
                yield Termination(
                    meta.uid, one.name, meta.namespace, meta.name, workload, answer.spec.node_name, reason,
                    ended.exit_code, ended.finished_at,
                )  # fmt: skip


def _status(answer: PodAnswer, now: datetime) -> tuple[str, bool]:
    status = answer.status
    if status.phase == _DONE:
        return _DONE, True
    if status.phase == "Failed" or status.reason:
        return status.reason or "Failed", False
    if answer.metadata.deletion_timestamp:
        return "Terminating", now - answer.metadata.deletion_timestamp < _PATIENCE
    wrong = next((reason for one in _containers(answer) if (reason := _wrong(one))), "") or _not_so(answer, now)
    return (wrong, False) if wrong else (status.phase or "Unknown", bool(status.phase))


def _wrong(container: ContainerStatus) -> str:
    """Return why a container does not run, empty where it does or is about to."""
    waiting, ended = container.state.waiting, container.state.terminated
    if waiting and waiting.reason not in _STARTING:
        return waiting.reason
    return (ended.reason or "Error") if ended and ended.exit_code else ""


def _not_so(answer: PodAnswer, now: datetime) -> str:
    """Return what the pod's conditions lack: a place at all, or readiness for longer than a start takes."""
    for one in answer.status.conditions or []:
        if one.type == "PodScheduled" and one.status == "False":
            return one.reason or "Unschedulable"
        late = one.last_transition_time and now - one.last_transition_time >= _PATIENCE
        if one.type == "Ready" and one.status == "False" and answer.status.phase == "Running" and late:
            return "NotReady"
    return ""


def _containers(answer: PodAnswer) -> list[ContainerStatus]:
    return [*(answer.status.init_container_statuses or []), *(answer.status.container_statuses or [])]
