"""What happens in the cluster is on the card: a rollout, OOM kills, crash loops, missing images, pending claims."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from tests.cluster.card import words
from tests.cluster.cluster import Cluster, eventually
from tests.cluster.conftest import Alertmanager
from tests.cluster.images import STANDINS
from tests.cluster.release import Release

SHOP = "shop"
_HOG = "hog = []\nwhile True: hog.append(bytearray(10_000_000))"
_SLEEP = ["sleep", "infinity"]


def deployment(name: str, command: list[str], image: str = STANDINS, **pod: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a pod
    """Return a Deployment of one pod."""
    container = {"name": name, "image": image, "command": command,
                 "resources": {"requests": {"cpu": "5m"}, "limits": {"memory": "48Mi"}}}  # fmt: skip
    spec = {"containers": [container | pod.pop("container", {})], "terminationGracePeriodSeconds": 0} | pod
    labels = {"app": name}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": SHOP},
            "spec": {"selector": {"matchLabels": labels},
                     "template": {"metadata": {"labels": labels}, "spec": spec}}}  # fmt: skip


def claim(name: str) -> dict[str, Any]:
    """Return a claim for which no volume is made."""
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": SHOP},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "nowhere",
                     "resources": {"requests": {"storage": "1Gi"}}}}  # fmt: skip


WORKLOADS = {
    "checkout": deployment("checkout", _SLEEP),
    "cart": deployment("cart", ["python3", "-c", _HOG]),
    "search": deployment("search", ["python3", "-c", "raise SystemExit('no index')"]),
    "mail": deployment("mail", _SLEEP, image="registry.invalid/mail:2.0", container={"imagePullPolicy": "Always"}),
    "stock": deployment("stock", _SLEEP, container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
                        volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "stock-data"}}]),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(cluster: Cluster) -> Cluster:
    """Let a namespace go wrong in every way, each seen by kubectl before the digest looks."""
    cluster.kubectl("create", "namespace", SHOP)
    cluster.apply(yaml.safe_dump_all([claim("stock-data"), *WORKLOADS.values()]))
    cluster.kubectl("-n", SHOP, "rollout", "status", "deployment/checkout", "--timeout=60s")
    cluster.kubectl("-n", SHOP, "set", "env", "deployment/checkout", "VERSION=2")
    cluster.kubectl("-n", SHOP, "rollout", "status", "deployment/checkout", "--timeout=60s")
    eventually(lambda: "OOMKilled" in ended(cluster, "cart"), "an OOM kill", 90)
    eventually(lambda: "CrashLoopBackOff" in waiting(cluster, "search"), "a crash loop", 90)
    eventually(lambda: waiting(cluster, "mail") & {"ErrImagePull", "ImagePullBackOff"}, "a missing image", 90)
    return cluster


def statuses(cluster: Cluster, name: str) -> list[dict[str, Any]]:
    pods = cluster.get("-n", SHOP, "pods", "-l", f"app={name}")
    return [one for pod in pods for one in pod["status"].get("containerStatuses", [])]


def ended(cluster: Cluster, name: str) -> set[str]:
    states = [state for one in statuses(cluster, name) for state in (one["state"], one["lastState"])]
    return {state["terminated"]["reason"] for state in states if "terminated" in state}


def waiting(cluster: Cluster, name: str) -> set[str]:
    return {one["state"]["waiting"]["reason"] for one in statuses(cluster, name) if "waiting" in one["state"]}


@pytest.fixture(scope="module")
def alerted(release: Release, alertmanager: Alertmanager, shop: Cluster) -> Release:  # noqa: ARG001 - first
    """Let an alert fire for each, as kube-state-metrics names them."""
    start = datetime.now(UTC).isoformat()
    alerts = [
        {
            "labels": {"alertname": f"Shop{name.capitalize()}", "severity": "critical"} | about,
            "annotations": {"summary": f"{name} is in trouble"},
            "startsAt": start,
        }
        for name in WORKLOADS
        for about in ({"namespace": SHOP, "deployment": name},)
    ]
    alertmanager.post(alerts)
    count = "SELECT count(*) FROM alerts WHERE alertname LIKE 'Shop%'"
    eventually(lambda: release.sql(count) == [[str(len(alerts))]], "the alerts of the shop")
    return release


EXPECTED = {
    "a rollout": r"Deployment checkout: .*rolled out",
    "an OOM kill": r"Deployment cart: .*OOMKilled \d+ times?, exit code 137\b",
    "a crash loop": r"Deployment search: .*Error \d+ times?, exit code 1\b",
    "a missing image": r"Deployment mail: .*now (ErrImagePull|ImagePullBackOff)",
    "a pending claim": r"Claims without a volume\s+shop/stock-data",
}
"""What is looked for in the words of the card; of the claim alone there is nothing in the alert's own line."""


@pytest.fixture(scope="module")
def seen(alerted: Release) -> str:
    return card(alerted, "context")


def card(release: Release, job: str) -> str:
    """Make a digest of the last hour and return the words of its card."""
    start = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    post = release.digest(job, DIGEST_FROM=start)
    print(words(post))  # noqa: T201 - read where a test fails
    return words(post)


@pytest.mark.parametrize("what", EXPECTED)
def test_the_card_names(seen: str, what: str) -> None:
    assert re.search(EXPECTED[what], seen)


@pytest.fixture(scope="module")
def remembered(alerted: Release, seen: str) -> str:
    """Look once, let the cluster forget its events and its pods, and make a digest."""
    assert seen
    alerted.create_job("look", "snapshot")
    assert alerted.finished("look") == "Complete", alerted.log("look")
    alerted.cluster.kubectl("-n", SHOP, "delete", "events", "--all")
    alerted.cluster.kubectl("-n", SHOP, "delete", "deployment", "cart", "search", "checkout", "--wait=true")
    eventually(lambda: not statuses(alerted.cluster, "cart"), "the end of the pods")
    return card(alerted, "remembered")


@pytest.mark.parametrize("what", ["a rollout", "an OOM kill", "a crash loop"])
def test_after_events_and_pods_are_gone_the_card_still_names(remembered: str, what: str) -> None:
    assert re.search(EXPECTED[what], remembered)
