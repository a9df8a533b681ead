"""A cluster as a person at a shell has it: kubectl, Helm, and what they say."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.chart.conftest import tool
from tools.binaries import binary

Object = dict[str, Any]
Found = TypeVar("Found")
_POST = """import sys, urllib.request as web
asked = web.Request(sys.argv[1], sys.stdin.buffer.read(), {"Content-Type": "application/json"})
web.urlopen(asked, timeout=10).close()"""


@dataclass(frozen=True)
class Cluster:
    """How a cluster is reached: a kubeconfig, the words that enter its network, and its audit log where it is ours."""

    kubeconfig: Path
    enter: tuple[str, ...] = ()
    audit: Path | None = None

    def run(self, *command: str, given: str = "", seconds: int = 300) -> "subprocess.CompletedProcess[str]":
        """Run a command as somebody whose KUBECONFIG is this cluster and who has kubectl and Helm."""
        return subprocess.run(
            (*self.enter, *command),
            env=self._environ(),
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a command as ``run`` does, and return it with its standard input."""
        return subprocess.Popen((*self.enter, *command), env=self._environ(), stdin=subprocess.PIPE, text=True)

    def shell(self) -> None:
        """Give a person a shell with kubectl and Helm, until it is left."""
        subprocess.run((*self.enter, os.environ.get("SHELL", "sh")), env=self._environ(), check=False)

    def _environ(self) -> dict[str, str]:
        """Return an environment with Helm of ours, and kubectl of ours where the cluster is."""
        ours = [Path(tool("helm")).parent, *([binary("kubectl").parent] if self.enter else [])]
        path = os.pathsep.join((*map(str, ours), os.environ["PATH"]))
        return os.environ | {"KUBECONFIG": str(self.kubeconfig), "PATH": path}

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """Run kubectl, which must go well, and return what it printed."""
        done = self.run("kubectl", *arguments, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def get(self, *arguments: str) -> Any:  # noqa: ANN401 - JSON
        """Return an object, or a list's items, as kubectl gets them."""
        found = json.loads(self.kubectl("get", *arguments, "-o", "json"))
        return found["items"] if found["kind"] == "List" else found

    def apply(self, manifest: str) -> None:
        """Apply objects in YAML."""
        self.kubectl("apply", "-f", "-", given=manifest)

    def ask(self, service: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """GET a JSON document from ``namespace/service:port``, through the API server."""
        return self.get_raw(_proxied(service, path))

    def get_raw(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """GET a JSON document from the API server."""
        return json.loads(self.kubectl("get", "--raw", path))

    def read(self, service: str, path: str) -> str:
        """GET from ``namespace/service:port``, through the API server."""
        return self.kubectl("get", "--raw", _proxied(service, path))

    def tell(self, pod: str, port: int, path: str, body: object) -> None:
        """POST a JSON document to a port of ``namespace/pod``, from inside: the API server drops its type."""
        namespace, _, name = pod.partition("/")
        client = ("python3", "-c", _POST, f"http://127.0.0.1:{port}{path}")
        self.kubectl("-n", namespace, "exec", "-i", name, "--", *client, given=json.dumps(body))

    def pods(self, namespace: str, **labels: str) -> list[Object]:
        """Return the pods that have these labels of app.kubernetes.io."""
        selector = ",".join(f"app.kubernetes.io/{name}={value}" for name, value in labels.items())
        found: list[Object] = self.get("-n", namespace, "pods", "-l", selector)
        return found


def _proxied(service: str, path: str) -> str:
    namespace, _, name = service.partition("/")
    return f"/api/v1/namespaces/{namespace}/services/http:{name}/proxy{path}"


def eventually(find: Callable[[], Found | None], what: str, seconds: float = 60) -> Found:
    """Return what is found once it is there (true); fails with the words that say what was waited for."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {what}"
        time.sleep(0.25)
    return found
