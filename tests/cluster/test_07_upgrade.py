"""Both versions of Helm: install, test, upgrade with alerts flowing, roll back, uninstall, and install again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import yaml

from tests.chart.conftest import tool
from tests.cluster.cluster import eventually
from tests.cluster.conftest import MakeRelease
from tests.cluster.flow import Flow, flowing
from tests.cluster.images import NEXT
from tests.cluster.release import NO_MODEL, Release, merged
from tests.documented import commands

_CHANGED = {"captureWindow": {"end": "07:00"}, "logLevel": "debug"}
TESTED = {"Pod alertgest-test-capture", "Pod alertgest-test-check"}
LEFT = {"PersistentVolumeClaim data-alertgest-postgresql-0", "Secret alertgest-database"} | TESTED
_NEXT = {"ingest": {"image": {"tag": NEXT}}, "digest": {"image": {"tag": NEXT}}}


@pytest.fixture(scope="module", params=["helm", "helm3"])
def moving(request: pytest.FixtureRequest, release_in: MakeRelease) -> Release:
    made = release_in(f"moving-{request.param}", NO_MODEL, helm=request.param)
    assert "helm test alertgest" in made.install()
    return made


@pytest.fixture(scope="module")
def flow(moving: Release) -> Iterator[Flow]:
    with flowing(moving) as running:
        yield running


def test_what_was_installed_passes_its_test(moving: Release) -> None:
    passes_its_test(moving)


def test_an_upgrade_with_values_images_and_a_migration_loses_nothing(moving: Release, flow: Flow) -> None:
    replace(moving, values=merged(merged(NO_MODEL, _CHANGED), _NEXT)).upgrade()
    flow.goes_on()
    assert ["9000"] in moving.sql("SELECT version FROM schema_migrations")
    (pod,) = moving.running("ingest")
    assert pod["spec"]["containers"][0]["image"].endswith(f":{NEXT}")
    assert (
        moving.cluster.get("-n", moving.namespace, "cronjob", "alertgest-digest")["spec"]["schedule"]
        == "0 7 * * mon-fri"
    )
    flow.assert_nothing_lost()


def test_a_rollback_loses_nothing_and_the_older_release_works_on_the_newer_schema(moving: Release, flow: Flow) -> None:
    done = moving.run_helm("rollback", moving.name, "1", "--wait", "--timeout=120s")
    assert done.returncode == 0, done.stderr
    flow.goes_on()
    (pod,) = moving.running("ingest")
    assert not pod["spec"]["containers"][0]["image"].endswith(f":{NEXT}")
    assert ["9000"] in moving.sql("SELECT version FROM schema_migrations")
    flow.assert_nothing_lost()
    passes_its_test(moving)


def test_an_uninstall_leaves_the_alerts_and_their_password_and_says_so(moving: Release, flow: Flow) -> None:
    kept = set(flow.acknowledged())
    done = moving.run_helm("uninstall", moving.name, "--wait", "--timeout=60s")
    assert done.returncode == 0, done.stderr
    assert "alertgest-database" in done.stdout
    eventually(lambda: left(moving) == LEFT, "nothing but that", 30)
    moving.install()
    assert kept <= set(moving.names())


def test_the_command_of_the_documentation_removes_what_is_left(moving: Release) -> None:
    assert moving.run_helm("uninstall", moving.name, "--wait", "--timeout=60s").returncode == 0
    eventually(lambda: left(moving) == LEFT, "nothing but that", 30)
    command = commands("docs/operations.md", "these as well:").replace("-n alerts", f"-n {moving.namespace}")
    done = moving.shell(command)
    assert done.returncode == 0, done.stderr
    eventually(lambda: left(moving) == set(), "nothing at all", 30)


def passes_its_test(release: Release) -> None:
    done = release.run_helm("test", release.name, "--logs", "--timeout=120s")
    assert done.returncode == 0, done.stdout + done.stderr


def left(release: Release) -> set[str]:
    """Return every object that names the release, of every kind that the chart can make."""
    everything = ["--set", "ingest.autoscaling.enabled=true", "--set", "networkPolicy.enabled=true"]
    url = ["--set", "teams.webhookUrl=https://example.invalid"]
    done = release.cluster.run(tool("helm"), "template", release.name, str(release.chart), *everything, *url)
    assert done.returncode == 0, done.stderr
    kinds = sorted({one["kind"] for one in yaml.safe_load_all(done.stdout) if one} | {"PersistentVolumeClaim"})
    selector = f"app.kubernetes.io/instance={release.name}"
    found = release.cluster.get("-n", release.namespace, ",".join(kinds), "-l", selector)
    ours = [one for one in found if one["metadata"].get("namespace", release.namespace) == release.namespace]
    cluster_wide = [one for one in ours if "namespace" not in one["metadata"]]
    foreign = [one for one in cluster_wide if not one["metadata"]["name"].startswith(f"{release.namespace}-")]
    return {f"{one['kind']} {one['metadata']['name']}" for one in ours if one not in foreign}
