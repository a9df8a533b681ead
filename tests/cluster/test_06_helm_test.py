"""`helm test` on a release that works, and what it says of one that is broken."""

import re
from collections.abc import Iterator

import pytest

from tests.cluster.cluster import eventually
from tests.cluster.release import Release

_MISSING = re.compile(
    r'no right in all namespaces, add apiGroups: \["(\S*)"\], resources: \["(\w+)"\], verbs: \["(\w+)"\]'
)


def helm_test(release: Release) -> tuple[int, str]:
    """Return the exit code of `helm test`, and what it and its pods said."""
    done = release.run_helm("test", release.name, "--logs", "--timeout=120s")
    logs = [release.cluster.run("kubectl", "-n", release.namespace, "logs", f"{release.name}-{pod}").stdout
            for pod in ("test-capture", "test-check")]  # fmt: skip
    return done.returncode, "\n".join((done.stdout, done.stderr, *logs))


def test_of_a_release_that_works_it_says_so(release: Release) -> None:
    code, said = helm_test(release)
    assert code == 0, said
    assert "every right is granted" in said


@pytest.fixture
def without_database(release: Release) -> Iterator[Release]:
    yield from scaled(release, "statefulset/alertgest-postgresql", "component=postgresql")


@pytest.fixture
def without_model(release: Release) -> Iterator[Release]:
    yield from scaled(release, "deployment/alertgest-ollama", "component=ollama")


def scaled(release: Release, workload: str, selector: str) -> Iterator[Release]:
    """Take a workload away as long as a test lasts."""
    where = ("-n", release.namespace)
    release.cluster.kubectl(*where, "scale", workload, "--replicas=0")
    labels = f"app.kubernetes.io/instance={release.name},app.kubernetes.io/{selector}"
    eventually(lambda: not release.cluster.get(*where, "pods", "-l", labels), f"the end of {workload}")
    try:
        yield release
    finally:
        release.cluster.kubectl(*where, "scale", workload, "--replicas=1")
        release.cluster.kubectl(*where, "rollout", "status", workload, "--timeout=60s")


@pytest.fixture
def without_rights(release: Release) -> Iterator[Release]:
    binding = release.cluster.kubectl("get", "clusterrolebinding", "alerts-alertgest-digest", "-o", "json")
    release.cluster.kubectl("delete", "clusterrolebinding", "alerts-alertgest-digest")
    yield release
    release.cluster.kubectl("apply", "-f", "-", given=binding)


def test_without_a_database_it_names_it(without_database: Release) -> None:
    code, said = helm_test(without_database)
    assert code != 0
    assert "The database at alertgest-postgresql:5432/alertgest does not answer (DATABASE_URL)" in said


def test_without_a_model_it_names_it(without_model: Release) -> None:
    code, said = helm_test(without_model)
    assert code != 0
    assert "model" in said
    assert "OLLAMA_BASE_URL" in said


def test_without_rights_it_names_each_rule_that_is_missing(without_rights: Release) -> None:
    code, said = helm_test(without_rights)
    assert code != 0
    assert set(_MISSING.findall(said)) == without_rights.granted()
