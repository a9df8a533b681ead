"""What is known of a cluster; times are aware UTC times. These are also the JSON forms of ``cluster_observations``."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Workload:
    """What owns pods or stands for itself: a Deployment, a StatefulSet, a CronJob, a Node, a claim."""

    kind: str
    namespace: str
    name: str
    guessed: bool = False
    """Whether it was only read from the form of a pod's name."""


@dataclass(frozen=True)
class Pod:
    """A pod as last seen."""

    uid: str
    namespace: str
    name: str
    workload: Workload
    node: str
    status: str
    """``Running``, or what is wrong: ``CrashLoopBackOff``, ``ImagePullBackOff``, ``Evicted``, ``Unschedulable``."""
    healthy: bool
    restart_count: int
    seen_at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return self.uid

    @property
    def at(self) -> datetime:
        """When it was seen; a later sight replaces an earlier one."""
        return self.seen_at


@dataclass(frozen=True)
class Termination:
    """The end of a container that did not end well."""

    uid: str
    container: str
    namespace: str
    pod: str
    workload: Workload
    node: str
    reason: str
    """``OOMKilled``, ``Error``, ``ContainerCannotRun`` …"""
    exit_code: int
    at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return f"{self.uid}/{self.container}/{self.at.isoformat()}"


@dataclass(frozen=True)
class Rollout:
    """A new revision of a workload."""

    workload: Workload
    revision: int
    at: datetime
    old_image: str
    """Empty for the first revision; equal to the new one where something else was changed."""
    new_image: str
    rollback: bool = False
    """Whether an earlier revision was taken up again."""

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return f"{_path(self.workload)}/{self.revision}"


@dataclass(frozen=True)
class ReplicaCount:
    """How many replicas a workload was to have, from a time on; the API keeps no history of it."""

    workload: Workload
    replicas: int
    at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return f"{_path(self.workload)}@{self.at.isoformat()}"


@dataclass(frozen=True)
class WarningEvent:
    """A Warning event of the cluster; ``count`` grows while it repeats."""

    uid: str
    namespace: str
    involved_kind: str
    involved_name: str
    reason: str
    message: str
    count: int
    first_at: datetime
    at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return self.uid


@dataclass(frozen=True)
class NodeCondition:
    """A condition of a node since a time; ``bad`` says whether it is one to worry about."""

    node: str
    condition: str
    """``Ready``, ``MemoryPressure``, ``DiskPressure``, ``PIDPressure``, ``NetworkUnavailable``."""
    status: str
    bad: bool
    reason: str
    at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return f"{self.node}/{self.condition}/{self.at.isoformat()}"


@dataclass(frozen=True)
class FailedJob:
    """A Job that failed."""

    workload: Workload
    """The CronJob that made it, or itself."""
    namespace: str
    name: str
    reason: str
    at: datetime

    @property
    def key(self) -> str:
        """What makes it one observation."""
        return f"{self.namespace}/{self.name}/{self.at.isoformat()}"


@dataclass(frozen=True)
class UnboundClaim:
    """A PersistentVolumeClaim without a volume."""

    namespace: str
    name: str
    phase: str
    since: datetime


@dataclass(frozen=True)
class Usage:
    """Something near its limit: a node by what it can allocate, a pod by the limits of its containers."""

    namespace: str
    name: str
    resource: str
    """``memory`` or ``cpu``."""
    percent: int


@dataclass(frozen=True)
class Missing:
    """A piece of the context that could not be had, and why, in words of ours."""

    piece: str
    reason: str


Observation = Pod | Termination | Rollout | ReplicaCount | WarningEvent | NodeCondition | FailedJob
"""What is worth remembering; ``key`` makes it one, the later ``at`` replaces the earlier."""


@dataclass(frozen=True)
class Observed:
    """Everything that one look at the cluster gave."""

    collection_time: datetime
    observations: tuple[Observation, ...] = ()
    claims: tuple[UnboundClaim, ...] = ()
    usages: tuple[Usage, ...] = ()
    missing: tuple[Missing, ...] = ()
    looked: bool = True
    """False where there is no cluster to look at."""


def _path(workload: Workload) -> str:
    return f"{workload.kind}/{workload.namespace}/{workload.name}"
