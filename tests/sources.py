"""Stand-ins for Alertmanager's and Prometheus' APIs: a real HTTP server with scripted answers, for their faults."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.serving import answer, serving

Parameters = dict[str, list[str]]
Answers = tuple[int, bytes] | Callable[[Parameters], object]
"""Status and body, or what makes a value of the parameters."""


@dataclass
class Source:
    """Its address, what it answers to a path, and what it was asked."""

    url: str = ""
    answers: dict[str, Answers] = field(default_factory=dict)
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
            told = state.answers[parts.path]
            if callable(told):
                told = (200, json.dumps(told(parse_qs(parts.query))).encode())
            answer(self, *told)

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
    """Let it answer as a Prometheus that has a rule and samples, in which nothing fires."""
    group = {"interval": 60, "lastEvaluation": "2026-07-02T08:00:00Z", "rules": [{"name": "Down", "type": "alerting"}]}
    state.says("/api/v1/rules", {"status": "success", "data": {"groups": [group]}})
    state.answers["/api/v1/query"] = lambda asked: result(
        {"metric": {}, "value": [0, "1"]} if "up[" in query(asked) else None
    )


def query(asked: Parameters) -> str:
    """Return what was asked for."""
    return asked["query"][0]


def result(*series: object) -> dict[str, object]:
    """Return the answer to a query with these series."""
    return {"status": "success", "data": {"resultType": "matrix", "result": [one for one in series if one]}}
