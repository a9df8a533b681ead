"""What `helm install` with the least values gives: all of it ready, the schema there, and words that hold."""

from datetime import datetime

import pytest

from store.migrate import migrations
from tests.cluster.release import Release
from tests.documented import block

READY_SECONDS = 60
"""Generous, since a busy machine is not what is tested; ingest waits for PostgreSQL. The figures are printed."""
_CHANGED = "lastTransitionTime"


def test_everything_is_ready_and_nothing_had_to_start_again(release: Release) -> None:
    pods = release.cluster.pods(release.namespace, instance=release.name)
    states = [one for pod in pods for one in pod["status"]["containerStatuses"]]
    assert {one["name"] for one in states} >= {"ingest", "postgresql", "ollama"}
    assert [one["name"] for one in states if one["restartCount"]] == []
    running = [one for one in states if one["name"] in {"ingest", "postgresql", "ollama"}]
    assert all(one["ready"] for one in running)


def test_the_schema_is_that_of_the_release(release: Release) -> None:
    applied = release.sql("SELECT version FROM schema_migrations ORDER BY version")
    assert [int(row[0]) for row in applied] == [one.version for one in migrations()]


def test_the_model_was_fetched_by_its_job(release: Release) -> None:
    (pod,) = release.cluster.pods(release.namespace, instance=release.name, component="pull-models")
    assert release.finished(pod["metadata"]["labels"]["batch.kubernetes.io/job-name"]) == "Complete"


def test_the_first_command_of_the_notes_finds_that_all_of_it_works(release: Release) -> None:
    command = block(release.notes.partition("2. See that all of it works:")[2])
    assert command == "helm test alertgest -n alerts --logs"
    done = release.shell(command)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("component", ["ingest", "postgresql", "ollama"])
def test_it_is_ready_soon(release: Release, component: str) -> None:
    (pod,) = release.cluster.pods(release.namespace, instance=release.name, component=component)
    (ready,) = (one for one in pod["status"]["conditions"] if one["type"] == "Ready")
    made, there = (datetime.fromisoformat(one) for one in (pod["metadata"]["creationTimestamp"], ready[_CHANGED]))
    seconds = (there - made).total_seconds()
    print(f"{component}: ready after {seconds:.0f} s")  # noqa: T201
    assert seconds < READY_SECONDS


def test_every_pod_has_a_root_that_nobody_can_write_to(release: Release) -> None:
    for pod in release.cluster.pods(release.namespace, instance=release.name):
        for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
            assert container["securityContext"]["readOnlyRootFilesystem"], container["name"]


def test_the_namespace_refuses_a_pod_that_may_do_more(release: Release) -> None:
    done = release.cluster.run("kubectl", "-n", release.namespace, "run", "root", "--image=localhost/base:1")
    assert "violates PodSecurity" in done.stderr
