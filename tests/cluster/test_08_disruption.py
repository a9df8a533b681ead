"""Two replicas: pods go, a node is drained, PostgreSQL is killed; capture goes on, or waits and catches up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cluster.cluster import eventually
from tests.cluster.conftest import Alertmanager
from tests.cluster.flow import Flow, flowing
from tests.cluster.processes import kill
from tests.cluster.release import BY_HAND, Release
from tests.documented import commands

_TWO = BY_HAND | {"ingest": {"replicas": 2, "podDisruptionBudget": {"enabled": True}}}


@pytest.fixture(scope="module")
def doubled(release: Release) -> Iterator[Release]:
    two = replace(release, values=_TWO)
    two.upgrade()
    yield two
    release.upgrade()


@pytest.fixture(scope="module")
def flow(doubled: Release) -> Iterator[Flow]:
    with flowing(doubled) as running:
        yield running


def ready(release: Release) -> list[str]:
    return [
        pod["metadata"]["name"]
        for pod in release.running("ingest")
        if any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", []))
    ]


def containers(release: Release, component: str) -> set[str]:
    """Return the identities of the containers that run."""
    statuses = [one for pod in release.running(component) for one in pod["status"].get("containerStatuses", [])]
    return {one["containerID"] for one in statuses if "running" in one["state"]}


def test_a_deleted_pod_is_replaced_and_nothing_is_lost(doubled: Release, flow: Flow) -> None:
    gone, _ = ready(doubled)
    doubled.cluster.kubectl("-n", doubled.namespace, "delete", "pod", gone, "--wait=false")
    flow.goes_on()
    eventually(lambda: len(ready(doubled)) == 2 and gone not in ready(doubled), "two other pods")
    flow.assert_nothing_lost()


def test_a_killed_pod_loses_nothing_that_it_acknowledged(doubled: Release, flow: Flow) -> None:
    pod, _ = doubled.running("ingest")
    before = containers(doubled, "ingest")
    kill(doubled.cluster, pod, "alertgest-ingest")
    flow.goes_on()
    eventually(lambda: len(containers(doubled, "ingest") - before) == 1, "another container")
    eventually(lambda: len(ready(doubled)) == 2, "two pods again")
    flow.assert_nothing_lost()


def test_a_drain_leaves_one_replica_as_long_as_no_other_can_start(doubled: Release, flow: Flow) -> None:
    (node,) = {pod["spec"]["nodeName"] for pod in doubled.running("ingest")}
    selector = f"app.kubernetes.io/instance={doubled.name},app.kubernetes.io/component=ingest"
    options = (f"--pod-selector={selector}", "--delete-emptydir-data", "--timeout=15s")
    drain = doubled.cluster.run("kubectl", "drain", node, *options)
    try:
        assert "disruption budget" in drain.stderr  # for the second one
        assert len(ready(doubled)) == 1
        flow.goes_on()
    finally:
        doubled.cluster.kubectl("uncordon", node)
    eventually(lambda: len(ready(doubled)) == 2, "two pods again")
    flow.assert_nothing_lost()


def test_while_postgresql_is_killed_alerts_wait_and_then_arrive(doubled: Release, flow: Flow) -> None:
    (pod,) = doubled.running("postgresql")
    before, there = flow.failed_tries(), containers(doubled, "postgresql")
    kill(doubled.cluster, pod, "postgres")
    eventually(lambda: flow.failed_tries() > before, "a try that fails")
    flow.goes_on(120)
    eventually(lambda: containers(doubled, "postgresql") - there and reachable(doubled), "another PostgreSQL")
    flow.assert_nothing_lost()


def reachable(release: Release) -> bool:
    where = ("-n", release.namespace, "exec", "alertgest-postgresql-0", "--", "pg_isready", "-q", "-h", "127.0.0.1")
    return release.cluster.run("kubectl", *where).returncode == 0


def test_what_a_real_alertmanager_sends_in_an_outage_arrives_after_it(
    doubled: Release, alertmanager: Alertmanager
) -> None:
    where = ("-n", doubled.namespace, "scale", "statefulset/alertgest-postgresql")
    doubled.cluster.kubectl(*where, "--replicas=0")
    try:
        eventually(lambda: not reachable(doubled), "the end of PostgreSQL")
        start = datetime.now(UTC).isoformat()
        alertmanager.post([{"labels": {"alertname": "InTheOutage", "severity": "critical"}, "startsAt": start}])
        eventually(lambda: len(ready(doubled)) == 0, "pods that say that they cannot keep alerts")
    finally:
        doubled.cluster.kubectl(*where, "--replicas=1")
    eventually(lambda: reachable(doubled), "PostgreSQL again")
    eventually(lambda: "InTheOutage" in doubled.names(), "the alert of the outage", 120)


def test_the_backup_of_the_documentation_brings_back_what_was_deleted(doubled: Release, tmp_path: Path) -> None:
    before = doubled.names()
    dump, restore = commands("docs/operations.md", "**Backup of the bundled one.**").splitlines()
    assert doubled.shell(f"cd {tmp_path}; {dump}").returncode == 0
    doubled.sql("DELETE FROM alerts")
    done = doubled.shell(f"cd {tmp_path}; {restore}")
    assert done.returncode == 0, done.stderr
    assert set(before) <= set(doubled.names())
