"""Rendering the chart: every set of values of ``ci/`` by Helm 4 and by Helm 3, each once."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.binaries import NoGoError, binary, is_built

CHART = Path(__file__).parents[2] / "charts" / "alertgest"
VALUES = sorted(path.name.removesuffix("-values.yaml") for path in (CHART / "ci").glob("*-values.yaml"))
KUBE_VERSION = "1.37.0"
LONGEST_RELEASE = "r" * 53
"""What Helm takes."""
Manifest = dict[str, Any]


def tool(name: str) -> str:
    """Return the path of a pinned tool; a laptop that has not built it skips the test by name, CI builds it."""
    if not is_built(name) and not os.environ.get("CI"):
        pytest.skip(f"{name} is not built: run `make tools`")
    try:
        return str(binary(name))
    except NoGoError as error:
        pytest.fail(str(error))


@dataclass(frozen=True)
class Helm:
    """One version of Helm."""

    path: str

    def template(self, values: str, *more: str, release: str = "alertgest") -> subprocess.CompletedProcess[str]:
        """Render with a file of ``ci/``, for a namespace "alerts"."""
        file = CHART / "ci" / f"{values}-values.yaml"
        command = [self.path, "template", release, str(CHART), "--namespace", "alerts", "--kube-version", KUBE_VERSION]
        return subprocess.run(
            [*command, "--values", str(file), *more], capture_output=True, text=True, timeout=60, check=False
        )

    @cache  # noqa: B019 - two of them live as long as the tests
    def text(self, values: str, *more: str, release: str = "alertgest") -> str:
        """Return what is rendered."""
        done = self.template(values, *more, release=release)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def objects(self, values: str, *more: str, release: str = "alertgest") -> list[Manifest]:
        """Return the objects that are rendered."""
        return [one for one in yaml.safe_load_all(self.text(values, *more, release=release)) if one]


@pytest.fixture(scope="session", params=["helm", "helm3"])
def each_helm(request: pytest.FixtureRequest) -> Helm:
    """Return Helm 4 and Helm 3, one after the other."""
    return Helm(tool(request.param))


@pytest.fixture(scope="session")
def helm() -> Helm:
    """Return Helm 4."""
    return Helm(tool("helm"))


def pod_templates(objects: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Yield the name and the pod (metadata and spec) of everything that makes one."""
    for one in objects:
        name = f"{one['kind']} {one['metadata']['name']}"
        if one["kind"] in {"Deployment", "StatefulSet", "Job"}:
            yield name, one["spec"]["template"]
        elif one["kind"] == "CronJob":
            yield name, one["spec"]["jobTemplate"]["spec"]["template"]
        elif one["kind"] == "Pod":
            yield name, one


def containers(pod: Manifest) -> list[Manifest]:
    """Return all containers of a pod, also those that run first."""
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def variables(container: Manifest) -> dict[str, Any]:
    """Return the variables of a container: the text, or where it comes from."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container.get("env", [])}


def named(objects: list[Manifest], kind: str, ending: str) -> Manifest:
    """Return the one object of a kind whose name has that ending."""
    (found,) = (one for one in objects if one["kind"] == kind and one["metadata"]["name"].endswith(ending))
    return found
