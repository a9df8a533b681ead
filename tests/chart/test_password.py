"""The password of the bundled PostgreSQL survives an upgrade: Helm looks up the Secret that is there, over HTTP."""

import base64
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.conftest import CHART, KUBE_VERSION, Helm, named
from tests.serving import answer_json, serving

PASSWORD = "the-one-of-the-install"
GIVEN = ["--set", "teams.existingSecret.name=s"]


KINDS = {
    "v1": "Secret Service ServiceAccount PersistentVolumeClaim Pod ConfigMap",
    "apps/v1": "Deployment StatefulSet",
    "batch/v1": "CronJob Job",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
}

OURS = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {"meta.helm.sh/release-name": "alertgest", "meta.helm.sh/release-namespace": "alerts"},
}
"""By what Helm knows an object of its own release, also one that an uninstall kept."""


def _discovery() -> dict[str, dict[str, Any]]:
    """Return what an API server says of itself: its version, its groups and their resources."""
    versions = [one for one in KINDS if "/" in one]
    groups = [{"name": one.partition("/")[0], "versions": [{"groupVersion": one, "version": "v1"}]} for one in versions]
    answers: dict[str, dict[str, Any]] = {
        "/version": {"major": "1", "minor": "37", "gitVersion": "v1.37.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }
    for version, kinds in KINDS.items():
        resources = [
            {"name": f"{kind.lower()}s", "kind": kind, "namespaced": "Cluster" not in kind, "verbs": ["get"]}
            for kind in kinds.split()
        ]
        path = f"/apis/{version}" if "/" in version else "/api/v1"
        answers[path] = {"kind": "APIResourceList", "groupVersion": version, "resources": resources}
    return answers


class _ApiServer(BaseHTTPRequestHandler):
    """What Helm asks an API server when it looks a Secret up: discovery, and the object."""

    secret = ""

    def do_GET(self) -> None:
        path, answers = self.path.partition("?")[0], _discovery()
        if self.secret:
            data = {"password": base64.b64encode(self.secret.encode()).decode()}
            metadata = {"name": "alertgest-database", "namespace": "alerts", "labels": OURS["labels"]}
            answers["/api/v1/namespaces/alerts/secrets/alertgest-database"] = {
                "kind": "Secret",
                "apiVersion": "v1",
                "metadata": metadata | {"annotations": OURS["annotations"]},
                "data": data,
            }
        found = answers.get(path)
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        answer_json(self, 200 if found else 404, found or status)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def installed() -> Iterator[str]:
    """Yield the address of a cluster that has the Secret of an install."""
    with serving(type("Handler", (_ApiServer,), {"secret": PASSWORD})) as url:
        yield url


@pytest.fixture
def empty() -> Iterator[str]:
    """Yield the address of a cluster without it."""
    with serving(_ApiServer) as url:
        yield url


def password(helm: Helm, url: str, folder: Path, *more: str) -> str:
    """Return the password that a render against a cluster gives."""
    config = folder / "kubeconfig"
    cluster = {"name": "c", "cluster": {"server": url}}
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    known = {"clusters": [cluster], "contexts": [context], "users": [{"name": "u", "user": {}}], "current-context": "c"}
    config.write_text(yaml.safe_dump(known))
    given = [
        "--namespace",
        "alerts",
        "--dry-run=server",
        "--disable-openapi-validation",
        "--kube-version",
        KUBE_VERSION,
        "--kubeconfig",
        str(config),
    ]
    command = [helm.path, "template", "alertgest", str(CHART), *given, *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    secret = named([one for one in yaml.safe_load_all(done.stdout) if one], "Secret", "-database")
    return base64.b64decode(secret["data"]["password"]).decode()


def test_the_password_that_is_there_stays_whatever_changes(each_helm: Helm, installed: str, tmp_path: Path) -> None:
    assert password(each_helm, installed, tmp_path, *GIVEN) == PASSWORD
    assert password(each_helm, installed, tmp_path, *GIVEN, "--set", "ingest.replicas=3") == PASSWORD
    assert password(each_helm, installed, tmp_path, "--set", "teams.webhookUrl=https://another") == PASSWORD


def test_a_new_install_gets_a_random_one(each_helm: Helm, empty: str, tmp_path: Path) -> None:
    one, other = (password(each_helm, empty, tmp_path, *GIVEN) for _ in range(2))
    assert len(one) == 40
    assert one != other


def test_one_that_is_given_wins(each_helm: Helm, installed: str, tmp_path: Path) -> None:
    assert password(each_helm, installed, tmp_path, *GIVEN, "--set", "postgresql.password=mine") == "mine"
