"""Nights written after faults that are known to spread: what the alerts of each are, and which stories they make.

The chains (which part fails, which others then fail, which alerts tell it) follow the published ground truth of
ITBench, https://github.com/itbench-hub/ITBench, ``scenarios/sre``; names, times and neighbours are our own.
"""

from digest.cluster.model import Workload
from tests.stories import Scenario, alert, condition, rollout, seen

API = "api-7d9f8b6c5-x2k4z,api-7d9f8b6c5-b7d9f"
CATALOG = "catalog-7d9f8b6c5-x2k4z,catalog-7d9f8b6c5-b7d9f"
AD, CART = (Workload("Deployment", "shop", name) for name in ("ad", "cart"))
STANDING = -3000
"""Two days before the night."""

IMAGE_THAT_DOES_NOT_EXIST = Scenario(
    {
        "errors of the callers": alert("HighRequestErrorRate", 121, 170, level="critical", series=3),
        "not ready": alert("KubePodNotReady", 122, 175, series=2, changes=(rollout(118),), pod=CATALOG),
        "waiting": alert("KubeContainerWaiting", 140, 172, series=2, changes=(rollout(118),), pod=CATALOG),
        "replicas": alert("KubeDeploymentReplicasMismatch", 136, 176, deployment="catalog"),
        "certificate": alert("CertificateExpiringSoon", STANDING),
        "elsewhere": alert("KubeJobFailed", 121, 175, namespace="batch", job_name="report-28391"),
    },
    (
        ("errors of the callers", "not ready", "waiting", "replicas"),
        ("certificate",),
        ("elsewhere",),
    ),
)
"""The pods wait for an image, their Deployment lacks replicas, its callers err, and that is told first."""

WRONG_VARIABLE = Scenario(
    {
        "slow": alert("HighRequestLatency", 200, 260, service="shipping", job="shipping"),
        "errors": alert("HighRequestErrorRate", 201, 262, level="critical", series=4),
        "rolled out": alert(
            "KubeDeploymentRolloutStuck", 205, 255, deployment="shipping", changes=(rollout(190, "reg/s:1", "reg/s:1"),)
        ),
        "another night job": alert("CPUThrottlingHigh", 207, 240, level="info", pod="search-0"),
    },
    (("errors", "slow", "rolled out"), ("another night job",)),
)
"""A rollout without a new image lets a service miss the one that it calls; the errors climb up to the front."""

BLOCKED_BY_A_POLICY = Scenario(
    {
        "no requests": alert("NoRequestsReceived", 301, 360, series=15),
        "errors": alert("HighRequestErrorRate", 300, 358, level="critical", service="frontend-proxy"),
        "latency": alert("HighRequestLatency", 303, 357, service="frontend-proxy"),
        "no orders": alert("NoDatabaseOperations", 302, 361, service="accounting"),
        "own rollout": alert(
            "KubePodCrashLooping", 301, 355, level="critical", pod="reports-6c5d4f7b9-k4x2z", changes=(rollout(290),)
        ),
    },
    (("errors", "no requests", "latency", "no orders"), ("own rollout",)),
)
"""Everything behind the front falls silent at once; a workload that was rolled out itself has its own story."""

NODE_NOT_READY = Scenario(
    {
        "pods": alert("KubePodNotReady", 425, 470, level="critical", series=2, pod=API, nodes=("worker-3", "worker-5")),
        "node": alert("KubeNodeNotReady", 420, 455, namespace="monitoring", node="worker-3", job="kube-state-metrics"),
        "target": alert("TargetDown", 422, 454, namespace="monitoring", node="worker-3"),
        "daemon": alert(
            "KubeDaemonSetRolloutStuck", 430, 460, namespace="kube-system", node="worker-3", daemonset="cni"
        ),
        "replicas": alert("KubeDeploymentReplicasMismatch", 437, 475, deployment="api"),
        "errors": alert("HighRequestErrorRate", 424, 468, series=2),
        "media": alert("KubePodCrashLooping", 469, 500, namespace="media", pod="media-0", nodes=("worker-3",)),
        "later": alert("KubePodCrashLooping", 640, 660, namespace="batch", pod="report-0", nodes=("worker-3",)),
        "other node": alert("KubeNodeNotReady", 421, 450, namespace="nodes", node="worker-4"),
    },
    (
        ("node", "pods", "target", "daemon", "replicas", "errors", "media"),
        ("later",),
        ("other node",),
    ),
)
"""A node goes and what ran on it with it, in its time; hours later, and on another node, it explains nothing."""

NODE_UNDER_PRESSURE = Scenario(
    {
        "evicted": alert("KubePodNotReady", 250, 300, pod="search-0", nodes=("worker-7",)),
        "evicted too": alert(
            "KubePodNotReady", 262, 310, namespace="media", level="critical", pod="media-0", nodes=("worker-7",)
        ),
        "before": alert("KubePodNotReady", 180, 400, namespace="auth", pod="auth-0", nodes=("worker-7",)),
    },
    (("evicted too", "evicted"), ("before",)),
    seen(*condition("worker-7", "MemoryPressure", 240, 280)),
)
"""No alert tells of the node, its condition does: pods are evicted from it."""

VOLUME_IS_FULL = Scenario(
    {
        "crash": alert("KubePodCrashLooping", 330, 420, namespace="data", level="critical", pod="db-0"),
        "volume": alert("KubePersistentVolumeFillingUp", 60, 430, namespace="data", persistentvolumeclaim="data-db-0"),
        "replicas": alert("KubeStatefulSetReplicasMismatch", 344, 425, namespace="data", statefulset="db"),
        "consumer": alert("HighRequestErrorRate", 331, 422, namespace="data", level="critical", service="ledger"),
        "other volume": alert(
            "KubePersistentVolumeFillingUp", 331, None, namespace="logs", persistentvolumeclaim="logs-0"
        ),
        "far consumer": alert("HighRequestErrorRate", 331, 422, level="critical", service="orders"),
    },
    (("volume", "crash", "replicas", "consumer"), ("other volume",), ("far consumer",)),
)
"""A database has no room left and falls, its consumer in the namespace errs; of one elsewhere nothing tells that."""

WRONG_PASSWORD = Scenario(
    {
        "latency": alert("HighRequestLatency", 500, 590, series=4),
        "errors": alert("HighRequestErrorRate", 501, 588, level="critical", series=4),
        "cache": alert("RedisRejectedConnections", 499, 585, pod="valkey-cart-0"),
        "backup": alert("BackupDelayed", 500),
    },
    (("errors", "latency", "cache"), ("backup",)),
)
"""A cache takes nobody's password any more; errors and latency of all callers are one group each."""

QUOTA_IS_SPENT = Scenario(
    {
        "quota": alert(
            "KubeQuotaFullyUsed", STANDING, level="info", job="kube-state-metrics", pod="kube-state-metrics-0"
        ),
        "quota elsewhere": alert(
            "KubeQuotaExceeded", STANDING, level="info", job="kube-state-metrics", pod="kube-state-metrics-0"
        ),
        "replicas": alert("KubeDeploymentReplicasMismatch", 95, 200, deployment="mail", changes=(rollout(80),)),
        "rollout": alert("KubeDeploymentRolloutStuck", 96, 205, deployment="mail", changes=(rollout(80),)),
    },
    (("replicas", "rollout"), ("quota",), ("quota elsewhere",)),
)
"""New pods find no room in the quota; the quota itself was spent for days, and its exporter is no workload of it."""

OUT_OF_MEMORY = Scenario(
    {
        "killed": alert("ContainerOOMKilled", 600, 610, pod="cart-6c5d4f7b9-k4x2z"),
        "crash": alert("KubePodCrashLooping", 612, None, level="critical", pod="cart-6c5d4f7b9-k4x2z"),
        "throttled": alert("CPUThrottlingHigh", 120, 800, level="info", pod="cart-6c5d4f7b9-k4x2z", fired=60),
        "neighbour": alert(
            "KubePodCrashLooping", 605, None, namespace="shop", level="warning", pod="quote-5c4d8f7b9-x2k4z"
        ),
    },
    (("crash", "killed", "throttled"), ("neighbour",)),
)
"""A container is killed and comes again; of its neighbour only the namespace is the same, minutes apart."""

CERTIFICATE_HAS_EXPIRED = Scenario(
    {
        "certificate": alert("CertificateExpired", 360, None, namespace="ingress"),
        "probe": alert("ProbeFailed", 361, 380, namespace="ingress", level="critical"),
        "handshakes": alert("IngressTLSHandshakeErrors", 362, 385, namespace="ingress"),
    },
    (("probe", "handshakes"), ("certificate",)),
)
"""What lasts till morning is told on its own: from the namespace alone nothing more can be said."""

TWO_ON_NODES_THAT_DO_NOT_EXIST = Scenario(
    {
        "ad": alert("KubePodNotReady", 700, None, workload=AD, changes=(rollout(684),)),
        "ad replicas": alert("KubeDeploymentReplicasMismatch", 702, None, deployment="ad"),
        "cart": alert("KubeContainerWaiting", 701, None, workload=CART, changes=(rollout(685, "reg/cart:3"),)),
        "front": alert("HighRequestErrorRate", 701, None, level="critical", series=2),
    },
    (("front", "ad", "ad replicas"), ("cart",)),
)
"""Two workloads were changed, which are two faults; their common caller is told with the earlier."""

ONE_RELEASE = Scenario(
    {
        "api": alert(
            "KubePodCrashLooping", 80, None, level="critical", pod="api-7d9f8b6c5-x2k4z", changes=(rollout(70),)
        ),
        "worker": alert(
            "KubePodNotReady", 90, None, namespace="jobs", pod="worker-6c5d4f7b9-k4x2z", changes=(rollout(73),)
        ),
        "other": alert(
            "KubePodNotReady", 90, None, namespace="pay", pod="pay-6c5d4f7b9-k4x2z", changes=(rollout(73, "x"),)
        ),
    },
    (("api", "worker"), ("other",)),
)
"""One image was rolled out in two workloads."""

TWO_CLUSTERS = Scenario(
    {
        "ours": alert("KubePodCrashLooping", 80, 100, deployment="api", cluster="eu", node="worker-1"),
        "theirs": alert("KubePodNotReady", 80, 100, deployment="api", cluster="us", node="worker-1"),
    },
    (("ours",), ("theirs",)),
)
"""Names are only the same within one cluster."""

SCENARIOS = {name.lower().replace("_", " "): one for name, one in globals().items() if isinstance(one, Scenario)}
