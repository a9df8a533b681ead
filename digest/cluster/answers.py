"""The answers of the Kubernetes API, with the fields that are needed and no others: the rest is never decoded.

Source: the API reference, https://kubernetes.io/docs/reference/kubernetes-api/.
"""

from datetime import datetime
from typing import Any

from msgspec import Raw, Struct, field


class Owner(Struct, rename="camel"):
    """A reference to an owner."""

    kind: str
    name: str
    uid: str = ""
    controller: bool = False


class Metadata(Struct, rename="camel"):
    """What every object has."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    owner_references: list[Owner] | None = None
    annotations: dict[str, str] | None = None

    @property
    def controller(self) -> Owner | None:
        """The owner that manages the object, if any."""
        owners = self.owner_references or []
        return next((owner for owner in owners if owner.controller), owners[0] if owners else None)


class Terminated(Struct, rename="camel"):
    """How a container ended."""

    exit_code: int = 0
    reason: str = ""
    finished_at: datetime | None = None


class Waiting(Struct):
    """Why a container does not run."""

    reason: str = ""


class ContainerState(Struct):
    """One of the states is set."""

    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatus(Struct, rename="camel"):
    """A container of a pod as the kubelet tells of it."""

    name: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = field(default_factory=ContainerState)
    last_state: ContainerState = field(default_factory=ContainerState)


class Condition(Struct, rename="camel"):
    """A condition of a pod, node, Job or Deployment."""

    type: str
    status: str
    reason: str = ""
    last_transition_time: datetime | None = None
    last_update_time: datetime | None = None


class Resources(Struct):
    """Limits of a container."""

    limits: dict[str, Any] | None = None


class Container(Struct):
    """A container of a pod template."""

    name: str = ""
    image: str = ""
    resources: Resources = field(default_factory=Resources)


class PodSpec(Struct, rename="camel"):
    """What a pod is to run, and where."""

    node_name: str = ""
    containers: list[Container] = field(default_factory=list)


class PodStatus(Struct, rename="camel"):
    """How a pod is."""

    phase: str = ""
    reason: str = ""
    conditions: list[Condition] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    container_statuses: list[ContainerStatus] | None = None


class PodAnswer(Struct):
    """A pod."""

    metadata: Metadata
    spec: PodSpec = field(default_factory=PodSpec)
    status: PodStatus = field(default_factory=PodStatus)


class Template(Struct):
    """A pod template."""

    spec: PodSpec = field(default_factory=PodSpec)


class WorkloadSpec(Struct):
    """The spec of what runs pods."""

    replicas: int | None = None
    template: Template = field(default_factory=Template)


class WorkloadStatus(Struct):
    """The status of what runs pods."""

    conditions: list[Condition] | None = None


class WorkloadAnswer(Struct):
    """A Deployment, ReplicaSet, StatefulSet or DaemonSet."""

    metadata: Metadata
    spec: WorkloadSpec = field(default_factory=WorkloadSpec)
    status: WorkloadStatus = field(default_factory=WorkloadStatus)


class RevisionData(Struct):
    """The part of a StatefulSet or DaemonSet that a revision keeps."""

    spec: WorkloadSpec = field(default_factory=WorkloadSpec)


class RevisionAnswer(Struct):
    """A ControllerRevision."""

    metadata: Metadata
    revision: int = 0
    data: Raw = Raw(b"{}")
    """A ``RevisionData`` where the owner is one of Kubernetes' own; others keep what they like."""


class JobStatus(Struct):
    """How a Job is."""

    conditions: list[Condition] | None = None


class JobAnswer(Struct):
    """A Job."""

    metadata: Metadata
    status: JobStatus = field(default_factory=JobStatus)


class NodeStatus(Struct):
    """How a node is."""

    conditions: list[Condition] | None = None
    allocatable: dict[str, Any] | None = None


class NodeAnswer(Struct):
    """A node."""

    metadata: Metadata
    status: NodeStatus = field(default_factory=NodeStatus)


class ClaimStatus(Struct):
    """How a claim is."""

    phase: str = ""


class ClaimAnswer(Struct):
    """A PersistentVolumeClaim."""

    metadata: Metadata
    status: ClaimStatus = field(default_factory=ClaimStatus)


class Involved(Struct):
    """What an event is about."""

    kind: str = ""
    namespace: str = ""
    name: str = ""


class Series(Struct, rename="camel"):
    """How often an event of the newer kind was seen."""

    count: int = 0
    last_observed_time: datetime | None = None


class EventAnswer(Struct, rename="camel"):
    """An event; ``firstTimestamp`` or ``eventTime`` is set, by which API its sender uses."""

    metadata: Metadata
    involved_object: Involved = field(default_factory=Involved)
    reason: str | None = ""
    message: str | None = ""
    count: int | None = 0
    first_timestamp: datetime | None = None
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: Series | None = None


class UsedContainer(Struct):
    """What a container uses."""

    name: str = ""
    usage: dict[str, Any] = field(default_factory=dict)


class PodMetricsAnswer(Struct):
    """What a pod uses (metrics.k8s.io)."""

    metadata: Metadata
    containers: list[UsedContainer] = field(default_factory=list)


class NodeMetricsAnswer(Struct):
    """What a node uses (metrics.k8s.io)."""

    metadata: Metadata
    usage: dict[str, Any] = field(default_factory=dict)
