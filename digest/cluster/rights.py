"""Which verb on which resource each command needs: for the requests, for ``check``, for the chart's roles."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Right:
    """A resource that is listed, the command that needs it, and what is missing on the card without it."""

    group: str
    version: str
    resource: str
    piece: str
    """How the card names it."""
    commands: frozenset[str]
    of_nodes: bool = False
    """Whether it is about nodes, which a Role of a namespace cannot give."""
    metrics: bool = False
    """Whether the metrics server gives it."""
    fields: str = ""
    """The field selector of the request."""
    verb: str = "list"

    def path(self, namespace: str = "") -> str:
        """Return the path of its list, in one namespace or in all."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if namespace and not self.of_nodes else ""
        return f"{root}{inside}/{self.resource}"


_ALL, _RUN = frozenset({"run", "snapshot"}), frozenset({"run"})

PODS = Right("", "v1", "pods", "pods", _ALL)
EVENTS = Right("", "v1", "events", "events", _ALL, fields="type=Warning")
NODES = Right("", "v1", "nodes", "nodes", _ALL, of_nodes=True)
CLAIMS = Right("", "v1", "persistentvolumeclaims", "volume claims", _RUN)
DEPLOYMENTS = Right("apps", "v1", "deployments", "Deployments", _ALL)
REPLICA_SETS = Right("apps", "v1", "replicasets", "ReplicaSets", _ALL)
STATEFUL_SETS = Right("apps", "v1", "statefulsets", "StatefulSets", _ALL)
DAEMON_SETS = Right("apps", "v1", "daemonsets", "DaemonSets", _ALL)
REVISIONS = Right("apps", "v1", "controllerrevisions", "ControllerRevisions", _ALL)
JOBS = Right("batch", "v1", "jobs", "Jobs", _ALL)
POD_METRICS = Right("metrics.k8s.io", "v1beta1", "pods", "pod metrics", _RUN, metrics=True)
NODE_METRICS = Right("metrics.k8s.io", "v1beta1", "nodes", "node metrics", _RUN, of_nodes=True, metrics=True)
OWN_JOB = Right("batch", "v1", "jobs", "own Job", _RUN, verb="get")
"""Asked of the program's own namespace alone: who made the Job says whether the digest is on request."""

LISTED = (
    PODS, EVENTS, NODES, CLAIMS, DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, REVISIONS, JOBS, POD_METRICS,
    NODE_METRICS,
)  # fmt: skip


def rights(command: str, *, namespaced: bool, metrics: bool) -> Iterator[Right]:
    """Yield the lists that a command asks for; in single namespaces nothing of nodes."""
    for right in LISTED:
        if command in right.commands and (metrics or not right.metrics) and not (namespaced and right.of_nodes):
            yield right
