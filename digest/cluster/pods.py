"""Pods: what is wrong with them, how their containers ended, whose they are; pure.

Reasons: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from digest.cluster.answers import ContainerStatus, PodAnswer
from digest.cluster.model import Pod, Termination, Workload
from digest.cluster.owners import owner_of

_STARTING = {"", "ContainerCreating", "PodInitializing"}
_DONE = "Succeeded"
Owners = Mapping[tuple[str, str, str], Workload]


def pod_of(answer: PodAnswer, owners: Owners, now: datetime) -> Pod:
    """Return the pod with the worst that can be said of it."""
    status, healthy = _status(answer)
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
    for one in _containers(answer):
        for ended in (one.last_state.terminated, one.state.terminated):
            if ended and ended.exit_code and ended.finished_at and ended.finished_at >= since:
                reason = ended.reason or "Error"
                yield Termination(
                    meta.uid, one.name, meta.namespace, meta.name, workload, answer.spec.node_name, reason,
                    ended.exit_code, ended.finished_at,
                )  # fmt: skip


def _status(answer: PodAnswer) -> tuple[str, bool]:
    status = answer.status
    if status.phase == "Failed":
        return status.reason or "Failed", False
    for one in _containers(answer):
        waiting, ended = one.state.waiting, one.state.terminated
        if waiting and waiting.reason not in _STARTING:
            return waiting.reason, False
        if ended and ended.exit_code:
            return ended.reason or "Error", False
    unscheduled = [one for one in status.conditions or [] if one.type == "PodScheduled" and one.status == "False"]
    if unscheduled:
        return unscheduled[0].reason or "Unschedulable", False
    return status.phase or "Unknown", status.phase in {"Running", _DONE, "Pending"}


def _containers(answer: PodAnswer) -> list[ContainerStatus]:
    return [*(answer.status.init_container_statuses or []), *(answer.status.container_statuses or [])]
