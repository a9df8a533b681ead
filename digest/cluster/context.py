"""The cluster's part of the facts; every list is bounded, most important first, times without fractions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.cluster.model import Missing, Workload

ChangeKind = Literal["rollout", "rollback", "scaling"]
MomentKind = Literal["rollout", "rollback", "scaling", "node", "terminations", "job", "alerts"]


@dataclass(frozen=True)
class Change:
    """What was changed of a workload shortly before a group first fired; that is order in time, not a cause."""

    kind: ChangeKind
    at: datetime
    minutes_before: int
    before: str
    """Image or number of replicas."""
    after: str


@dataclass(frozen=True)
class WorstState:
    """The worst that was seen of a group's workload or pods in the period."""

    status: str
    """Of pods that are not well the most frequent status, as ``CrashLoopBackOff``; empty where all are well."""
    seen_at: datetime | None
    """When that was last seen: the time of collection where it is so now, or that of a snapshot."""
    reason: str
    """Of the bad ends of containers the most frequent reason, such as ``OOMKilled``; empty where none ended badly."""
    exit_code: int | None
    ends: int
    """How many ends had that reason and exit code."""
    last_end: datetime | None
    """The last of them."""
    other_ends: int
    """Bad ends for other reasons."""
    restart_count: int
    """The most restarts of a pod since it was made."""


@dataclass(frozen=True)
class RecentDeployment:
    """A rollout of a Deployment, StatefulSet or DaemonSet, or a change of its replicas."""

    kind: str
    namespace: str
    name: str
    updated_at: datetime
    revision: int | None
    rollback: bool
    image_change: str
    """``old → new``; empty where no image changed."""
    replicas_change: str
    """``3 → 5``, from the first to the last count of the period; empty for a rollout."""


@dataclass(frozen=True)
class ProblematicPod:
    """A pod that is not well now, or of which a container ended badly in the period."""

    name: str
    namespace: str
    workload: Workload
    node: str
    status: str
    seen_at: datetime | None
    """When it had that status; the time of collection where it has it now; None where only an end of it is known."""
    restart_count: int
    last_termination_reason: str
    last_exit_code: int | None
    last_terminated_at: datetime | None


@dataclass(frozen=True)
class ResourcePressure:
    """What is near its limit now: nodes by what they can allocate, pods by their containers' limits."""

    high_memory_nodes: tuple[str, ...] = ()
    high_cpu_nodes: tuple[str, ...] = ()
    high_memory_pods: tuple[str, ...] = ()
    high_cpu_pods: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecentEvent:
    """Warning events of one object and reason, counted together."""

    reason: str
    message: str
    """Of the latest."""
    count: int
    namespace: str
    involved_object: str
    """``pod/name``, the kind in lower case."""
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class ConditionChange:
    """A condition of a node that turned in the period, or is bad now."""

    node: str
    condition: str
    status: str
    bad: bool
    reason: str
    since: datetime
    present: bool
    """Whether the node was there with this condition at the time of collection."""


@dataclass(frozen=True)
class FailedJobFact:
    """A Job that failed in the period."""

    name: str
    namespace: str
    workload: Workload
    reason: str
    failed_at: datetime


@dataclass(frozen=True)
class UnboundClaimFact:
    """A PersistentVolumeClaim that has no volume now."""

    name: str
    namespace: str
    phase: str
    since: datetime


@dataclass(frozen=True)
class Context:
    """What is known of the cluster for the period."""

    collection_time: datetime
    looked: bool
    """False where there is no cluster to look at."""
    recent_deployments: tuple[RecentDeployment, ...] = ()
    problematic_pods: tuple[ProblematicPod, ...] = ()
    resource_pressure: ResourcePressure = ResourcePressure()
    recent_warning_events: tuple[RecentEvent, ...] = ()
    node_conditions: tuple[ConditionChange, ...] = ()
    failed_jobs: tuple[FailedJobFact, ...] = ()
    unbound_claims: tuple[UnboundClaimFact, ...] = ()
    missing: tuple[Missing, ...] = ()
    left_out: int = 0
    """Entries that the bounds of the lists above left out."""


@dataclass(frozen=True)
class Moment:
    """An entry of the night's time line."""

    at: datetime
    kind: MomentKind
    subject: str
    """The workload, node or alert that it is about."""
    namespace: str
    detail: str
    """Images, replicas, a condition, a reason: names of the cluster's own."""
    count: int
