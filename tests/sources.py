"""Stand-ins for Alertmanager's and Prometheus' APIs: a real HTTP server with scripted answers, for their faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.serving import answer, serving


@dataclass
class Source:
    """Its address, what it answers to a path, and what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    """Path, parameters and Authorization of each request."""
    hanging: threading.Event = field(default_factory=threading.Event)
    """Set once what hangs may end."""

    def says(self, path: str, value: object, status: int = 200) -> None:
        """Answer a path with a value as JSON."""
        self.answers[path] = (status, json.dumps(value).encode())


@contextmanager
def source(certificate: Path | None = None) -> Iterator[Source]:
    """Run one until the block ends; a path without an answer hangs until then."""
    state = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            state.asked.append((parts.path, parse_qs(parts.query), self.headers.get("Authorization", "")))
            if parts.path not in state.answers:
                state.hanging.wait(60)
                return
            status, content = state.answers[parts.path]
            answer(self, status, content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler, certificate) as address:
        state.url = address
        try:
            yield state
        finally:
            state.hanging.set()


def quiet_alertmanager(state: Source, up_since: str = "2026-01-01T00:00:00Z", peers: int = 1) -> None:
    """Let it answer as an Alertmanager that knows no alert."""
    cluster = {"peers": [{"name": str(number)} for number in range(peers)]}
    config = {"original": "route: {receiver: alertgest}"}
    state.says("/api/v2/status", {"uptime": up_since, "cluster": cluster, "config": config})
    state.says("/api/v2/alerts", [])
    state.says("/api/v2/silences", [])


def quiet_prometheus(state: Source) -> None:
    """Let it answer as a Prometheus in which nothing fires."""
    state.says("/api/v1/rules", {"status": "success", "data": {"groups": []}})
    state.says("/api/v1/query", {"status": "success", "data": {"resultType": "matrix", "result": []}})
