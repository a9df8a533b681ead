"""A stand-in for a Kubernetes API server: real HTTP, paged lists, faults by path, and a record of what was asked.

kmock's emulator knows no ``limit`` and ``continue``, which this product relies on.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.serving import answer_json, serving

TOKEN = "token-of-the-account"
_NAMESPACED = re.compile(
    r"^(?P<root>/apis?/[^/]+(?:/v\w+)?)/namespaces/(?P<namespace>[^/]+)/(?P<resource>\w+)(?:/(?P<name>.+))?$"
)
Object = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    token: str
    body: Any = None


@dataclass
class KubeApi:
    """What it serves by path of the list over all namespaces, what fails, and what it was asked."""

    url: str = ""
    objects: dict[str, list[Object]] = field(default_factory=dict)
    faults: dict[str, int | str] = field(default_factory=dict)
    """By path: a status, or ``hang``, ``drop``, ``garbage``, ``drip``."""
    denied: set[tuple[str, str]] = field(default_factory=set)
    """Group and resource that access reviews deny."""
    asked: list[Asked] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def add(self, path: str, *objects: Object) -> None:
        """Serve objects in the list of that path."""
        self.objects.setdefault(path, []).extend(objects)

    def paths(self) -> set[str]:
        """Return the different paths that were asked for."""
        return {one.path for one in self.asked}

    def page(self, path: str, query: dict[str, str]) -> Object | None:
        """Return a page of a list, or one object; None where there is none."""
        match = _NAMESPACED.match(path)
        if match and match["name"]:
            some = self.page(path.rpartition("/")[0], {}) or {"items": []}
            return next((one for one in some["items"] if one["metadata"]["name"] == match["name"]), None)
        items = self.objects.get(f"{match['root']}/{match['resource']}" if match else path, [])
        if match:
            items = [one for one in items if one["metadata"].get("namespace") == match["namespace"]]
        if query.get("fieldSelector") == "type=Warning":
            items = [one for one in items if one["type"] == "Warning"]
        start, limit = int(query.get("continue", "0")), int(query.get("limit", "1000000"))
        left = {"continue": str(start + limit)} if start + limit < len(items) else {}
        return {"kind": "List", "metadata": {"resourceVersion": "1"} | left, "items": items[start : start + limit]}


class _Handler(BaseHTTPRequestHandler):
    state: KubeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._note(parts.path, query, None)
        fault = self.state.faults.get(parts.path)
        if fault is None:
            found = self.state.page(parts.path, query)
            answer_json(self, 200 if found else 404, found or {"kind": "Status", "message": f"secret {TOKEN}"})
        elif isinstance(fault, int):
            answer_json(self, fault, {"kind": "Status", "message": f"{TOKEN} may not do this"})
        else:
            self._break(fault)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note(self.path, {}, body)
        if self.path in self.state.faults:
            answer_json(self, int(self.state.faults[self.path]), {})
            return
        about = body["spec"]["resourceAttributes"]
        allowed = (about["group"], about["resource"]) not in self.state.denied
        answer_json(self, 201, {"status": {"allowed": allowed}})

    def _note(self, path: str, query: dict[str, str], body: Any) -> None:  # noqa: ANN401
        self.state.asked.append(Asked(self.command, path, query, self.headers.get("Authorization", ""), body))

    def _break(self, fault: str) -> None:
        self.close_connection = True
        if fault == "hang":
            self.state.stop.wait(60)
        elif fault == "garbage":
            answer_json(self, 200, {"items": [{"metadata": 7}]})
        elif fault == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            while not self.state.stop.wait(0.2):
                self.wfile.write(b" ")
                self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def kube_api(*, certificate: Path | None = None) -> Iterator[KubeApi]:
    """Run one on a free port until the block ends; with a certificate (and key, in one file) over TLS."""
    state = KubeApi()
    with serving(type("Handler", (_Handler,), {"state": state}), certificate) as state.url:
        try:
            yield state
        finally:
            state.stop.set()


def kubeconfig(folder: Path, url: str) -> Path:
    """Write a kubeconfig for a server, with a token."""
    file = folder / "kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": {"server": url}}],
        "users": [{"name": "test", "user": {"token": TOKEN}}],
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    return file
