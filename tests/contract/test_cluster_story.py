"""A night with a rollout at 22:30 and OOM kills at 02:30: the card tells it at 08:00, when the cluster has forgotten.

The programs run as they are installed but for their clock; the API server is a stand-in over real HTTP.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from digest.cluster import rights
from digest.cluster.access import needed
from digest.settings import read_settings
from store.connect import connect
from tests.card_nodes import plain
from tests.kube_api import TOKEN, KubeApi, kube_api, kubeconfig
from tests.kube_objects import deployment, ended, event, job, pod, replica_set
from tests.receiver import Receiver, receiver
from tests.rows import NIGHT, at, episode

ROOT = Path(__file__).parents[2]
LONG_AGO = NIGHT.replace(month=5)
REPLICA_SET = ("ReplicaSet", "checkout-7d9f8b6c5")
PODS = [f"checkout-7d9f8b6c5-{letters}" for letters in ("x2k4z", "b7d9f")]


@dataclass
class Night:
    """The programs of one night, with their cluster, database and workflow."""

    api: KubeApi
    teams: Receiver
    environ: dict[str, str]
    clock: Path

    def run(self, now: datetime, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the digest program at a time of the night."""
        self.clock.write_text(now.isoformat(), encoding="utf-8")
        command = [sys.executable, "-m", "demo.programs", "digest", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ | more, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def night(database: str, tmp_path: Path) -> Iterator[Night]:
    with kube_api() as api, receiver() as teams:
        environ = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database,
            "TEAMS_WEBHOOK_URL": teams.url,
            "TEAMS_ENVELOPE": "card",
            "CAPTURE_WINDOW_DAYS": "daily",
            "KUBECONFIG": str(kubeconfig(tmp_path, api.url)),
            "DEMO_CLOCK": str(tmp_path / "clock"),
        }
        for right in rights.LISTED:
            api.add(right.path())
        with psycopg.connect(database) as conn:
            window = "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed')"
            conn.execute(window, (NIGHT, at("08:00")))
        yield Night(api, teams, environ, tmp_path / "clock")


def roll_out(api: KubeApi) -> None:
    """Let the checkout have been rolled out at 22:30."""
    api.add("/apis/apps/v1/deployments", deployment("checkout", "shop", LONG_AGO))
    api.add(
        "/apis/apps/v1/replicasets",
        replica_set("checkout-5c4d8f7b9", "shop", LONG_AGO, "checkout", 7, "reg/checkout:v1.2.3"),
        replica_set("checkout-7d9f8b6c5", "shop", at("22:30"), "checkout", 8, "reg/checkout:v1.2.4"),
    )


def kill(api: KubeApi) -> None:
    """Let two pods be killed for memory at 02:30, as the API shows it for the next hour."""
    killed = {"restartCount": 1, "lastState": ended(at("02:30"))}
    api.add("/api/v1/pods", *(pod(name, "shop", at("22:30"), REPLICA_SET, **killed) for name in PODS))
    about = ("Pod", PODS[0])
    api.add("/api/v1/events", event("back-off", "shop", about, "BackOff", at("02:30"), at("02:40"), 9))


def forget(api: KubeApi) -> None:
    """Let the morning have come: the events are gone, and other pods run in the place of the killed ones."""
    api.objects["/api/v1/events"].clear()
    api.objects["/api/v1/pods"][:] = [pod("checkout-7d9f8b6c5-fresh", "shop", at("05:00"), REPLICA_SET)]


def fire(database: str) -> None:
    """Let an alert of one killed pod fire from 22:42 on; nothing but its labels names the pod."""
    with connect(database) as conn:
        episode(conn, "KubePodCrashLooping", "22:42", heard="07:50", severity="critical", pod=PODS[0])


def test_the_card_tells_from_snapshots_what_the_cluster_has_forgotten(night: Night, database: str) -> None:
    roll_out(night.api)
    kill(night.api)
    fire(database)
    assert night.run(at("03:00"), "snapshot").returncode == 0
    forget(night.api)
    done = night.run(at("08:00"), "run")
    assert done.returncode == 0, done.stderr
    card = plain(night.teams.bodies[0])
    # First fired at 22:42, twelve minutes after the rollout; two containers were killed at 02:30.
    assert "Deployment checkout: rolled out v1.2.3 → v1.2.4 at 22:30, 12 min before" in card
    assert "OOMKilled 2 times, exit code 137, last at 02:30" in card
    text = night.run(at("08:00"), "preview", "--from", "2026-07-01T18:00", "--to", "2026-07-02T08:00").stdout
    timeline = text.split("TIME LINE\n")[1].split("\n\n")[0].splitlines()
    assert [" ".join(line.split()) for line in timeline] == [
        "22:30 checkout (shop) rolled out v1.2.3 → v1.2.4",
        "22:42 KubePodCrashLooping (shop) critical",
        "02:30 checkout (shop) 2 containers ended: OOMKilled",
    ]


def test_without_the_snapshot_of_the_night_only_the_rollout_is_known(night: Night, database: str) -> None:
    roll_out(night.api)
    fire(database)
    forget(night.api)
    night.run(at("08:00"), "run")
    card = plain(night.teams.bodies[0])
    assert "Deployment checkout (by the name of its pods): rolled out v1.2.3 → v1.2.4 at 22:30" in card
    assert "OOMKilled" not in card


def test_a_snapshot_taken_again_adds_nothing_but_a_later_sight(night: Night, database: str) -> None:
    roll_out(night.api)
    kill(night.api)
    first, again = (night.run(at("03:00"), "snapshot").stdout for _ in range(2))
    # 2 pods, 2 ends, 1 rollout, 1 replica count, 1 event.
    assert (first, again) == ("7 seen, 7 of them new or changed\n", "7 seen, 0 of them new or changed\n")
    assert night.run(at("03:30"), "snapshot").stdout == "7 seen, 2 of them new or changed\n"
    with connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM cluster_observations").fetchall() == [(7,)]


def test_replicas_that_changed_between_two_snapshots_are_told(night: Night, database: str) -> None:
    night.api.add("/apis/apps/v1/deployments", deployment("checkout", "shop", LONG_AGO, replicas=3))
    night.run(at("21:30"), "snapshot")
    night.api.objects["/apis/apps/v1/deployments"][0]["spec"]["replicas"] = 6
    night.run(at("22:00"), "snapshot")
    night.run(at("22:30"), "snapshot")
    fire(database)
    night.run(at("08:00"), "run")
    assert "replicas 3 → 6 at 22:00, 42 min before" in plain(night.teams.bodies[0])


def test_a_count_that_stood_for_days_is_what_a_change_is_told_against(night: Night, database: str) -> None:
    night.api.add("/apis/apps/v1/deployments", deployment("checkout", "shop", LONG_AGO, replicas=3))
    night.run(NIGHT - timedelta(days=3), "snapshot")
    night.run(at("21:30"), "snapshot")
    night.api.objects["/apis/apps/v1/deployments"][0]["spec"]["replicas"] = 6
    night.run(at("22:00"), "snapshot")
    fire(database)
    night.run(at("08:00"), "run")
    assert "replicas 3 → 6 at 22:00, 42 min before" in plain(night.teams.bodies[0])


def test_what_a_plugin_prints_when_it_fails_is_not_repeated(night: Night, tmp_path: Path) -> None:
    file = kubeconfig(tmp_path, night.api.url)
    content = json.loads(file.read_text())
    script = "echo refresh_token=S3CRET >&2; exit 1"
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script]}
    content["users"][0]["user"] = {"exec": plugin | {"interactiveMode": "Never"}}
    file.write_text(json.dumps(content))
    done = night.run(at("08:00"), "run")
    assert done.returncode == 0
    assert "S3CRET" not in done.stdout + done.stderr


def test_rights_that_are_missing_are_named_on_the_card_and_no_secret_is_told(night: Night) -> None:
    for path in ("/api/v1/events", "/api/v1/nodes"):
        night.api.faults[path] = 403
    done = night.run(at("08:00"), "run")
    card = plain(night.teams.bodies[0])
    assert done.returncode == 0
    assert "The cluster's context lacks events, nodes: no right to list them (403)." in card
    with psycopg.connect(night.environ["DATABASE_URL"]) as conn:
        kept = str(conn.execute("SELECT facts, card FROM digests").fetchall())
    assert TOKEN not in card + done.stdout + done.stderr + kept


def test_check_prints_the_rule_that_is_missing(night: Night) -> None:
    night.api.denied = {("metrics.k8s.io", "pods")}
    done = night.run(at("08:00"), "check", POD_NAMESPACE="alertgest")
    assert done.returncode == 3
    rule = 'apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"]'
    assert f"FAIL cluster: no right in all namespaces, add {rule}\n" in done.stdout
    settings = read_settings(night.environ).cluster
    assert len(night.api.asked) == len(list(needed(settings, "alertgest")))


def test_a_job_that_a_person_made_is_known_by_its_own_annotation(night: Night) -> None:
    note = {"cronjob.kubernetes.io__instantiate": "manual"}
    night.api.add(
        "/apis/batch/v1/jobs", job("digest-29384720", "alertgest", NIGHT, ("CronJob", "digest"), failed=False, **note)
    )
    night.run(at("08:00"), "run", JOB_NAME="digest-29384720", POD_NAMESPACE="alertgest")
    assert "On request" in json.dumps(night.teams.bodies[0])
    own = [one.path for one in night.api.asked if one.path not in {right.path() for right in rights.LISTED}]
    assert own == [f"{rights.OWN_JOB.path('alertgest')}/digest-29384720"]


def test_without_any_cluster_the_digest_says_so_once(night: Night, database: str) -> None:
    fire(database)
    done = night.run(at("08:00"), "run", KUBECONFIG="/nonexistent/kubeconfig")
    card = json.dumps(night.teams.bodies[0])
    assert (done.returncode, card.count("Without cluster context")) == (0, 1)


def test_a_snapshot_of_a_cluster_that_cannot_be_read_is_worth_a_retry(night: Night) -> None:
    for right in rights.LISTED:
        night.api.faults[right.path()] = 401
    done = night.run(at("03:00"), "snapshot")
    assert done.returncode == 4
    assert "the API server does not accept the token (401)" in done.stderr.splitlines()[-1]
