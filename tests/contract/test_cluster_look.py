"""One look at a cluster over real HTTP: what is read, what each fault costs, and that nothing else is asked for."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.cluster import rights
from digest.cluster.access import asked, lacking
from digest.cluster.model import (
    FailedJob,
    Missing,
    NodeCondition,
    Observed,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    UnboundClaim,
    Usage,
    WarningEvent,
    Workload,
)
from digest.cluster.observe import Time, made_by_hand, observe, reached
from digest.cluster.settings import ClusterSettings
from tests.kube_api import TOKEN, KubeApi, kube_api, kubeconfig
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
from tests.pgbouncer import program

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=14)
LONG_AGO = NOW - timedelta(days=30)
TIME = Time(lambda: NOW, time.monotonic, lambda _: None)
EVERYWHERE = ClusterSettings(enabled=True, namespaces=(), metrics=True, timeout_seconds=5, kubeconfig="/nonexistent")


@pytest.fixture
def api() -> Iterator[KubeApi]:
    with kube_api() as running:
        for right in rights.LISTED:
            running.add(right.path())
        yield running


@pytest.fixture
def cluster(api: KubeApi, tmp_path: Path) -> ClusterSettings:
    return replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, api.url)))


def seen(settings: ClusterSettings, command: str = "run") -> Observed:
    found = observe(settings, command, NIGHT, TIME)
    assert found is not None
    return found


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
    ],
)  # fmt: skip
def test_the_status_of_a_pod_is_what_an_engineer_would_call_it(
    api: KubeApi, cluster: ClusterSettings, status: dict[str, object], told: str, healthy: bool
) -> None:
    api.add("/api/v1/pods", pod("p", "shop", NOW) | {"status": status})
    (found,) = (one for one in seen(cluster).observations if isinstance(one, Pod))
    assert (found.status, found.healthy) == (told, healthy)


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


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (401, "the API server does not accept the token (401)"),
        (403, "no right to list them (403)"),
        (404, "the API server does not serve them (404)"),
        (410, "the list changed too fast (410)"),
        (429, "the API server is too busy (429)"),
        (500, "the API server failed (500)"),
        (503, "the API server failed (503)"),
        ("garbage", "the answer of the API server cannot be read"),
        ("drop", "the API server cannot be reached"),
        ("hang", "no answer in time"),
        ("drip", "no answer in time"),
    ],
)
def test_what_fails_is_named_in_words_of_ours_and_the_rest_is_there(
    api: KubeApi, cluster: ClusterSettings, fault: int | str, reason: str
) -> None:
    api.add("/api/v1/pods", pod("p", "shop", NOW))
    api.faults["/api/v1/events"] = fault
    found = seen(replace(cluster, timeout_seconds=2))
    assert found.missing == (Missing("events", reason),)
    assert any(isinstance(one, Pod) for one in found.observations)
    assert TOKEN not in repr(found)


def test_a_busy_server_is_asked_once_more(api: KubeApi, cluster: ClusterSettings) -> None:
    api.faults["/api/v1/events"] = 429
    seen(cluster)
    assert sum(one.path == "/api/v1/events" for one in api.asked) == 2


def test_a_cluster_that_cannot_be_reached_costs_every_piece_and_no_more(tmp_path: Path) -> None:
    found = seen(replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, "http://127.0.0.1:9"))))
    assert {one.reason for one in found.missing} == {"the API server cannot be reached"}
    assert len(found.missing) == len(rights.LISTED)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    pem = tmp_path / "both.pem"
    command = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"]
    subprocess.run([*command, "-keyout", str(pem), "-out", str(tmp_path / "cert")], check=True, capture_output=True)
    pem.write_text(pem.read_text() + (tmp_path / "cert").read_text())
    with kube_api(certificate=pem) as running:
        settings = replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, running.url)))
        assert {one.reason for one in seen(settings).missing} == {
            "the certificate of the API server cannot be verified"
        }


@pytest.mark.parametrize("content", ["{", "[]", "apiVersion: v1", ""])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "config"
    file.write_text(content)
    (missing,) = seen(replace(EVERYWHERE, kubeconfig=str(file))).missing
    assert missing.piece == "cluster"
    assert "KUBECONFIG" in missing.reason


def test_without_any_cluster_there_is_nothing_to_look_at() -> None:
    assert seen(EVERYWHERE) == Observed(NOW, looked=False)
    assert observe(replace(EVERYWHERE, enabled=False), "run", NIGHT, TIME) is None


@pytest.mark.parametrize("namespaces", [(), ("shop", "payments")])
@pytest.mark.parametrize("command", ["run", "snapshot"])
def test_a_command_asks_for_what_the_table_of_rights_says_and_for_nothing_else(
    api: KubeApi, cluster: ClusterSettings, command: str, namespaces: tuple[str, ...]
) -> None:
    settings = replace(cluster, namespaces=namespaces)
    seen(settings, command)
    table = {
        right.path(namespace)
        for right in rights.rights(command, namespaced=bool(namespaces), metrics=True)
        for namespace in namespaces or ("",)
    }
    assert api.paths() == table
    assert {one.method for one in api.asked} == {"GET"}
    assert not any(word in path for path in table for word in ("secrets", "configmaps", "/log", "/exec"))
    if namespaces:
        assert not any("/nodes" in path for path in table)
    else:
        assert "/api/v1/nodes" in table
        assert ("/api/v1/persistentvolumeclaims" in table) == (command == "run")


def test_without_a_metrics_server_nobody_asks_for_one(api: KubeApi, cluster: ClusterSettings) -> None:
    seen(replace(cluster, metrics=False))
    assert not any("metrics" in path for path in api.paths())


@pytest.mark.parametrize("namespaces", [(), ("shop",)])
def test_check_asks_about_every_right_and_prints_the_rule_that_is_missing(
    api: KubeApi, cluster: ClusterSettings, namespaces: tuple[str, ...]
) -> None:
    api.denied = {("", "events")}
    settings = replace(cluster, namespaces=namespaces)
    with reached(settings, TIME) as client:
        assert client is not None
        (found,) = lacking(client, settings, "alertgest")
    assert found.rule == 'apiGroups: [""], resources: ["events"], verbs: ["list"]'
    assert found.namespace == (namespaces[0] if namespaces else "")
    reviewed = [one.body["spec"]["resourceAttributes"] for one in api.asked]
    assert [(one["group"], one["resource"], one["verb"], one["namespace"]) for one in reviewed] == [
        (right.group, right.resource, right.verb, namespace) for right, namespace in asked(settings, "alertgest")
    ]


def test_the_job_itself_says_whether_a_person_made_it(api: KubeApi, cluster: ClusterSettings) -> None:
    note = {"cronjob.kubernetes.io__instantiate": "manual"}
    by_hand = job("now", "alertgest", NOW, ("CronJob", "digest"), failed=False, **note)
    api.add("/apis/batch/v1/jobs", by_hand, job("digest-29384720", "alertgest", NOW, ("CronJob", "digest")))
    assert made_by_hand(cluster, "alertgest", "now", TIME) is True
    assert made_by_hand(cluster, "alertgest", "digest-29384720", TIME) is False
    assert made_by_hand(cluster, "alertgest", "gone", TIME) is None
    api.faults["/apis/batch/v1/namespaces/alertgest/jobs/now"] = 403
    assert made_by_hand(cluster, "alertgest", "now", TIME) is None


def test_the_proxy_of_the_environment_is_not_for_the_api_server(
    api: KubeApi, cluster: ClusterSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert os.environ["HTTP_PROXY"]
    assert seen(cluster).missing == ()
    assert {one.token for one in api.asked} == {f"Bearer {TOKEN}"}
