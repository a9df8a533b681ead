"""One look at a cluster over real HTTP: what is read, what each fault costs, and that nothing else is asked for."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.cluster.model import (
    FailedJob,
    Missing,
    NodeCondition,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    UnboundClaim,
    Usage,
    WarningEvent,
    Workload,
)
from digest.cluster.settings import ClusterSettings
from tests.kube_api import KubeApi, kubeconfig
from tests.kube_look import EVERYWHERE, LONG_AGO, NIGHT, NOW, seen
from tests.kube_objects import (
    claim,
    deployment,
    ended,
    event,
    iso,
    job,
    metadata,
    node,
    pod,
    replica_set,
    revision,
)


def test_pods_are_read_with_their_owner_their_worst_state_and_how_their_containers_ended(
    api: KubeApi, cluster: ClusterSettings
) -> None:
    api.add("/apis/apps/v1/replicasets", replica_set("api-7d9f8b6c5", "shop", LONG_AGO, "api", 1, "reg/api:1"))
    owner = ("ReplicaSet", "api-7d9f8b6c5")
    killed = {
        "restartCount": 7,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": ended(NIGHT + timedelta(hours=8)),
    }
    old = {"restartCount": 1, "lastState": ended(LONG_AGO)}
    api.add("/api/v1/pods", pod("api-a", "shop", LONG_AGO, owner, **killed), pod("db-0", "shop", LONG_AGO, None, **old))
    workload = Workload("Deployment", "shop", "api")
    assert [one for one in seen(cluster).observations if isinstance(one, Pod | Termination)] == [
        Pod("uid-shop-api-a", "shop", "api-a", workload, "node-1", "CrashLoopBackOff", False, 7, NOW),
        Pod("uid-shop-db-0", "shop", "db-0", Workload("Pod", "shop", "db-0"), "node-1", "Running", True, 1, NOW),
        Termination(
            "uid-shop-api-a", "main", "shop", "api-a", workload, "node-1", "OOMKilled", 137, NIGHT + timedelta(hours=8)
        ),
    ]


@pytest.mark.parametrize(
    ("status", "told", "healthy"),
    [
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted", False),
        ({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
         "Unschedulable", False),
        ({"phase": "Pending", "containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}]},
         "Pending", True),
        ({"phase": "Pending", "containerStatuses": [{"state": {"waiting": {"reason": "ImagePullBackOff"}}}]},
         "ImagePullBackOff", False),
        ({"phase": "Running", "initContainerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]},
         "CrashLoopBackOff", False),
        ({"phase": "Succeeded", "containerStatuses": [{"state": {"terminated": {"exitCode": 0}}}]}, "Succeeded", True),
        ({}, "Unknown", False),
        ({"phase": "Running", "reason": "NodeLost"}, "NodeLost", False),
        ({"phase": "Running", "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": iso(NIGHT)}]},
         "NotReady", False),
        ({"phase": "Running", "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": iso(NOW)}]},
         "Running", True),
    ],
)  # fmt: skip
def test_the_status_of_a_pod_is_what_an_engineer_would_call_it(
    api: KubeApi, cluster: ClusterSettings, status: dict[str, object], told: str, healthy: bool
) -> None:
    api.add("/api/v1/pods", pod("p", "shop", NOW) | {"status": status})
    (found,) = (one for one in seen(cluster).observations if isinstance(one, Pod))
    assert (found.status, found.healthy) == (told, healthy)


def test_a_finished_pod_is_well_however_its_sidecars_were_ended(api: KubeApi, cluster: ClusterSettings) -> None:
    sidecar = {"name": "mesh", "state": ended(NIGHT, "Error", 143)}
    finished = pod("job", "shop", NIGHT) | {"status": {"phase": "Succeeded", "initContainerStatuses": [sidecar]}}
    api.add("/api/v1/pods", finished)
    (found,) = seen(cluster).observations
    assert isinstance(found, Pod)
    assert (found.status, found.healthy) == ("Succeeded", True)


def test_a_pod_that_cannot_end_is_told(api: KubeApi, cluster: ClusterSettings) -> None:
    stuck, ending = pod("stuck", "shop", NIGHT), pod("ending", "shop", NIGHT)
    stuck["metadata"]["deletionTimestamp"] = iso(NOW - timedelta(minutes=11))
    ending["metadata"]["deletionTimestamp"] = iso(NOW - timedelta(minutes=1))
    api.add("/api/v1/pods", stuck, ending)
    told = [(one.status, one.healthy) for one in seen(cluster).observations if isinstance(one, Pod)]
    assert told == [("Terminating", False), ("Terminating", True)]


def test_what_may_not_be_listed_in_one_namespace_is_still_listed_in_the_others(
    api: KubeApi, cluster: ClusterSettings
) -> None:
    api.add("/api/v1/pods", pod("p", "payments", NOW))
    api.faults["/api/v1/namespaces/shop/pods"] = 403
    found = seen(replace(cluster, namespaces=("shop", "payments")))
    assert Missing("pods", "1 were read, then no right to list them (403) in shop") in found.missing
    assert [one.name for one in found.observations if isinstance(one, Pod)] == ["p"]


def test_an_odd_object_costs_its_own_piece_and_no_more(api: KubeApi, cluster: ClusterSettings) -> None:
    api.add("/api/v1/pods", pod("p", "shop", NOW))
    odd = node("worker-3", NIGHT)
    odd["status"]["allocatable"] = {"memory": "a lot", "cpu": {}}
    api.add("/api/v1/nodes", odd)
    usage = {"metadata": metadata("worker-3", "", NOW), "usage": {"memory": "1Gi", "cpu": "1"}}
    api.add("/apis/metrics.k8s.io/v1beta1/nodes", usage)
    assert any(isinstance(one, Pod) for one in seen(cluster).observations)


def test_a_plugin_that_never_answers_costs_the_deadline(tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, "http://127.0.0.1:9")
    content = json.loads(file.read_text())
    content["users"][0]["user"] = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sleep", "args": ["30"]}
    }
    file.write_text(json.dumps(content))
    before = time.monotonic()
    found = seen(replace(EVERYWHERE, kubeconfig=str(file), timeout_seconds=1))
    assert found.missing == (Missing("cluster", "no answer in time"),)
    assert time.monotonic() - before < 10


def test_rollouts_replicas_jobs_nodes_claims_and_usage_are_read(api: KubeApi, cluster: ClusterSettings) -> None:
    at = NIGHT + timedelta(hours=4)
    api.add("/apis/apps/v1/deployments", deployment("api", "shop", LONG_AGO, replicas=5))
    api.add(
        "/apis/apps/v1/replicasets",
        replica_set("api-1", "shop", LONG_AGO, "api", 1, "reg/api:1"),
        replica_set("api-2", "shop", at, "api", 2, "reg/api:2"),
    )
    api.add("/apis/apps/v1/controllerrevisions", revision("db-b", "shop", at, ("StatefulSet", "db"), 2, "pg:18"))
    api.add("/apis/batch/v1/jobs", job("backup-29384720", "shop", at, ("CronJob", "backup"), failed=True))
    api.add("/api/v1/nodes", node("worker-3", at, ready=False))
    api.add("/api/v1/persistentvolumeclaims", claim("data", "shop", at), claim("fine", "shop", at, "Bound"))
    api.add("/api/v1/pods", pod("api-a", "shop", LONG_AGO))
    used = {"usage": {"memory": "95Mi", "cpu": "100m"}}
    api.add(
        "/apis/metrics.k8s.io/v1beta1/pods",
        {"metadata": metadata("api-a", "shop", NOW), "containers": [{"name": "main"} | used]},
    )
    api.add(
        "/apis/metrics.k8s.io/v1beta1/nodes",
        {"metadata": metadata("worker-3", "", NOW), "usage": {"memory": "7864320Ki", "cpu": "1"}},
    )
    found = seen(cluster)
    backup = Workload("CronJob", "shop", "backup")
    assert [one for one in found.observations if not isinstance(one, Pod)] == [
        Rollout(Workload("Deployment", "shop", "api"), 2, at, "reg/api:1", "reg/api:2"),
        Rollout(Workload("StatefulSet", "shop", "db"), 2, at, "", "pg:18"),
        ReplicaCount(Workload("Deployment", "shop", "api"), 5, NOW),
        NodeCondition("worker-3", "Ready", "False", True, "Kubelet", at),
        NodeCondition("worker-3", "MemoryPressure", "False", False, "KubeletHasSufficientMemory", at),
        FailedJob(backup, "shop", "backup-29384720", "BackoffLimitExceeded", at),
    ]
    assert found.claims == (UnboundClaim("shop", "data", "Pending", at),)
    # 7,864,320 Ki are 7.5 Gi of 8 (93 %); 95 Mi of 100 are 95 %.
    assert found.usages == (Usage("", "worker-3", "memory", 93), Usage("shop", "api-a", "memory", 95))
    assert found.missing == ()


def test_warning_events_of_both_apis_are_read_and_old_ones_are_not(api: KubeApi, cluster: ClusterSettings) -> None:
    at = NIGHT + timedelta(hours=8)
    newer = event("new", "shop", ("Pod", "api-a"), "BackOff", at, at) | {
        "count": None,
        "firstTimestamp": None,
        "lastTimestamp": None,
        "eventTime": iso(at),
        "series": {"count": 4, "lastObservedTime": iso(at + timedelta(minutes=3))},
    }
    normal = event("normal", "shop", ("Pod", "api-a"), "Pulled", at, at) | {"type": "Normal"}
    older = event("older", "shop", ("Pod", "api-a"), "OOMKilling", at, at + timedelta(minutes=1), count=2)
    gone = event("gone", "shop", ("Pod", "api-a"), "BackOff", LONG_AGO, LONG_AGO)
    api.add("/api/v1/events", newer, normal, older, gone)
    about = ("shop", "Pod", "api-a")
    assert [one for one in seen(cluster).observations if isinstance(one, WarningEvent)] == [
        WarningEvent("uid-shop-new", *about, "BackOff", "BackOff of api-a", 4, at, at + timedelta(minutes=3)),
        WarningEvent("uid-shop-older", *about, "OOMKilling", "OOMKilling of api-a", 2, at, at + timedelta(minutes=1)),
    ]


def test_long_lists_come_in_pages_and_nothing_of_them_is_lost(api: KubeApi, cluster: ClusterSettings) -> None:
    api.add("/api/v1/pods", *(pod(f"p{number}", "shop", NOW) for number in range(1203)))
    assert sum(isinstance(one, Pod) for one in seen(cluster).observations) == 1203
    limits = [one.query["limit"] for one in api.asked if one.path == "/api/v1/pods"]
    assert limits == ["500", "500", "500"]
