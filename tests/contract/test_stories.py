"""Every way to a digest has the stories of the night: from episodes in a real database, by labels alone."""

import json
from typing import Any

import pytest

from store.connect import connect
from tests.rows import episode
from tests.shell import Shell

SPAN = {"DIGEST_FROM": "2026-07-01T18:00", "DIGEST_TO": "2026-07-02T08:00"}


@pytest.fixture
def night(shell: Shell) -> Shell:
    """Return the program over a night with a node that goes, two groups on it, and a pod that fails later elsewhere."""
    of_node = {"namespace": "monitoring", "node": "worker-3"}
    with connect(shell.url) as conn:
        episode(conn, "KubeNodeNotReady", "02:00", "02:40", **of_node)
        for pod in ("api-7d9f8b6c5-x2k4z", "api-7d9f8b6c5-b7d9f"):
            episode(conn, "KubePodNotReady", "02:05", "02:44", severity="critical", node="worker-3", pod=pod)
        episode(conn, "KubeDeploymentReplicasMismatch", "02:20", "02:50", deployment="api")
        episode(conn, "KubePodCrashLooping", "05:00", "05:30", pod="db-0")
    return shell


def stories(facts: str) -> list[dict[str, Any]]:
    """Return the stories of facts as they are printed, with names of alerts in the place of ids."""
    value = json.loads(facts)
    names = {group["id"]: group["alertname"] for group in value["groups"]}
    return [story | {"groups": [names[one] for one in story["groups"]]} for story in value["stories"]]


def test_a_preview_and_a_kept_digest_tell_the_same_stories(night: Shell) -> None:
    previewed = stories(night("preview", "--format", "facts", **SPAN).stdout)
    assert [(story["groups"], story["kind"], story["subject"]) for story in previewed] == [
        (["KubeNodeNotReady", "KubePodNotReady", "KubeDeploymentReplicasMismatch"], "node", "worker-3"),
        (["KubePodCrashLooping"], "alone", "shop/db"),
    ]
    assert [(one["by"], one["subject"]) for one in previewed[0]["reasons"]] == [
        ("node", "worker-3"),
        ("workload", "shop/api"),
    ]
    # Two pods and a Deployment follow; the first began at 02:00 in Berlin, the last ended at 02:50.
    assert previewed[0]["following_series"] == 3
    assert night("run", **SPAN).returncode == 0
    digest_id = night("history").stdout.split()[0]
    assert stories(night("show", digest_id, "--format", "facts").stdout) == previewed
