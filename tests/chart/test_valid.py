"""Other people's judges: the schemas of Kubernetes, Helm's lint, chart-testing, helm-unittest."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.chart.conftest import CHART, VALUES, Helm, tool
from tools.kube_schemas import folder, versions

ROOT = CHART.parents[1]
OLDEST = "1.27.0"
SUPPORTED = [one for one in versions() if [int(part) for part in one.split(".")] >= [1, 27, 0]]
SCHEMAS = Path(__file__).parent / "schemas" / "{{.ResourceKind}}.json"


def test_the_oldest_version_that_the_chart_takes_is_among_the_schemas() -> None:
    assert SUPPORTED[0] == OLDEST
    assert f'kubeVersion: ">={OLDEST}-0"' in (CHART / "Chart.yaml").read_text()


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("version", SUPPORTED)
def test_every_object_is_valid_for_kubernetes(helm: Helm, values: str, version: str) -> None:
    command = [tool("kubeconform"), "-strict", "-summary", "-kubernetes-version", version]
    places = ["-schema-location", str(folder(version)), "-schema-location", str(SCHEMAS)]
    done = subprocess.run(
        [*command, *places, "-"], input=helm.text(values), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Invalid: 0, Errors: 0, Skipped: 0" in done.stdout


@pytest.mark.parametrize("values", VALUES)
def test_helms_lint_finds_nothing(each_helm: Helm, values: str) -> None:
    command = [each_helm.path, "lint", "--strict", str(CHART), "--values", str(CHART / "ci" / f"{values}-values.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_chart_testing_finds_nothing() -> None:
    with_helm = os.pathsep.join([str(Path(tool("helm")).parent), str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    command = [tool("ct"), "lint", "--config", str(ROOT / ".ci" / "ct.yaml")]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"PATH": with_helm},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readable_examples_of_helm_unittest_hold() -> None:
    command = [tool("helm-unittest"), "--strict", str(CHART)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
