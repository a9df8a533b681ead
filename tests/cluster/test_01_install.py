"""What `helm install` with the least values gives: all of it ready, the schema there, and words that hold."""

import pytest

from store.migrate import migrations
from tests.chart.conftest import CHART
from tests.cluster.documented import block
from tests.cluster.release import Release


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


def test_what_is_installed_has_the_versions_of_the_chart(release: Release) -> None:
    said = release.run_helm("list", "--output=json").stdout
    assert f"alertgest-{_version()}" in said


def _version() -> str:
    return next(
        line.split()[1] for line in (CHART / "Chart.yaml").read_text().splitlines() if line.startswith("version:")
    )


@pytest.mark.parametrize("component", ["ingest", "postgresql", "ollama"])
def test_no_pod_may_do_more_than_restricted_lets_it(release: Release, component: str) -> None:
    (pod,) = release.cluster.pods(release.namespace, instance=release.name, component=component)
    for container in (*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]):
        assert container["securityContext"]["readOnlyRootFilesystem"], container["name"]
