"""The settings of the cluster's context."""

from dataclasses import dataclass
from typing import Any

from store.environment import Reader, Setting, flag, integer, text, words

K8S_CONTEXT_ENABLED = Setting(
    "K8S_CONTEXT_ENABLED",
    flag,
    "Whether the digest looks at the cluster: from within it, or by a kubeconfig (KUBECONFIG).",
    chart="context.enabled",
    example="true",
    default="true",
)
K8S_CONTEXT_NAMESPACES = Setting(
    "K8S_CONTEXT_NAMESPACES",
    words,
    "Namespaces to look at, where a Role in each is all that is granted; without any, all, and the nodes.",
    chart="context.namespaces",
    example="shop,payments",
    default="",
)
KUBECONFIG = Setting(
    "KUBECONFIG",
    text,
    "The kubeconfig outside a cluster; without it the one of the home folder, if any.",
    chart="not needed in a cluster",
    example="/home/me/.kube/config",
    default="",
)
K8S_METRICS_SERVER_ENABLED = Setting(
    "K8S_METRICS_SERVER_ENABLED",
    flag,
    "Whether the metrics server is asked what is near its limit.",
    chart="context.metricsServer",
    example="true",
    default="true",
)
K8S_CONTEXT_TIMEOUT_SECONDS = Setting(
    "K8S_CONTEXT_TIMEOUT_SECONDS",
    integer(1, 300),
    "Seconds for everything that is asked of the API server; what has not come by then is named as missing.",
    chart="context.timeoutSeconds",
    example="20",
    default="20",
)
K8S_SNAPSHOT_RETENTION_DAYS = Setting(
    "K8S_SNAPSHOT_RETENTION_DAYS",
    integer(1, 365),
    "Days that what snapshots saw is kept.",
    chart="retention.snapshotDays",
    example="7",
    default="7",
)


@dataclass(frozen=True)
class ClusterSettings:
    """What of the cluster is looked at, and for how long."""

    enabled: bool
    namespaces: tuple[str, ...]
    metrics: bool
    timeout_seconds: int
    kubeconfig: str


def all_settings() -> list[Setting[Any]]:
    """Return these settings in the order of this file, for the documentation."""
    return [value for value in globals().values() if isinstance(value, Setting)]


def read_cluster(reader: Reader) -> ClusterSettings:
    """Read the settings of the cluster's context."""
    return ClusterSettings(
        reader.read(K8S_CONTEXT_ENABLED),
        reader.read(K8S_CONTEXT_NAMESPACES),
        reader.read(K8S_METRICS_SERVER_ENABLED),
        reader.read(K8S_CONTEXT_TIMEOUT_SECONDS),
        reader.read(KUBECONFIG),
    )
