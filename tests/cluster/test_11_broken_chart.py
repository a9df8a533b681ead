"""A chart that somebody broke is found by the ring, with words that say where."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chart.conftest import CHART
from tests.cluster.conftest import MakeRelease
from tests.cluster.release import NO_MODEL, Release
from tests.cluster.test_06_helm_test import helm_test

_SECONDS = 40
Break = Callable[..., Release]


@pytest.fixture
def broken(release_in: MakeRelease, tmp_path: Path, request: pytest.FixtureRequest) -> Break:
    """Return what makes a release of a copy of the chart in which one text became another."""

    def make(file: str, right: str, wrong: str) -> Release:
        chart = tmp_path / "alertgest"
        shutil.copytree(CHART, chart)
        path = chart / "templates" / file
        text = path.read_text()
        assert right in text
        path.write_text(text.replace(right, wrong, 1))
        made = release_in(request.node.name.removeprefix("test_").replace("_", "-"), NO_MODEL, chart=chart)
        request.addfinalizer(lambda: remove(made))
        return made

    return make


def remove(release: Release) -> None:
    """Take a release away with its namespace, so that the next one has the node to itself."""
    release.run_helm("uninstall", release.name)
    release.cluster.kubectl("delete", "namespace", release.namespace, "--wait=false")


def test_a_wrong_verb(broken: Break) -> None:
    made = broken("digest/_rules.tpl", "verbs: [list]", "verbs: [get]")
    made.install()
    code, said = helm_test(made)
    assert code != 0
    assert 'no right in all namespaces, add apiGroups: [""], resources: ["pods"], verbs: ["list"]' in said


def test_a_missing_label_of_the_pods(broken: Break) -> None:
    part_of = '{{- $_ := set $ours "app.kubernetes.io/part-of" "alertgest" -}}\nlabels:'
    made = broken("_helpers.tpl", part_of, '{{- $_ := unset $ours "app.kubernetes.io/component" -}}\nlabels:')
    with pytest.raises(AssertionError, match=r"`selector` does not match template `labels`"):
        made.install(seconds=_SECONDS)


def test_a_wrong_label_in_the_selector_of_the_service(broken: Break) -> None:
    selector = '{{- include "alertgest.selector" $component | nindent 4 }}'
    made = broken("ingest/service.yaml", selector, f"{selector}\n    tier: receiver")
    made.install()
    code, said = helm_test(made)
    assert code != 0
    assert "alertgest-ingest:8080" in said


def test_a_wrong_port(broken: Break) -> None:
    made = broken("ingest/service.yaml", "targetPort: http", "targetPort: 8081")
    made.install()
    code, said = helm_test(made)
    assert code != 0
    assert "alertgest-ingest:8080" in said


def test_a_wrong_port_of_a_probe(broken: Break) -> None:
    made = broken(
        "ingest/deployment.yaml", "httpGet: {path: /ready, port: http}", "httpGet: {path: /ready, port: 8081}"
    )
    with pytest.raises(AssertionError, match=r"Readiness probe failed.*:8081"):
        made.install(seconds=_SECONDS)


def test_a_missing_setting_of_security(broken: Break) -> None:
    made = broken("_helpers.tpl", "allowPrivilegeEscalation: false\n", "")
    with pytest.raises(AssertionError, match=r"violates PodSecurity \"restricted.*allowPrivilegeEscalation"):
        made.install(seconds=_SECONDS)
