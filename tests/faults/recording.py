"""A proxy before the receiver that notes each webhook and its answer: an independent count of what is acknowledged."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import requests

from tests.serving import answer, serving

_PATIENCE_SECONDS = 10
Episode = tuple[str, datetime]
"""A fingerprint and a start."""


@dataclass(frozen=True)
class Noted:
    """One webhook and its answer; None where the receiver gave none."""

    body: dict[str, Any]
    code: int | None


@dataclass
class Recording:
    """Where the proxy listens, and what went through it."""

    url: str = ""
    noted: list[Noted] = field(default_factory=list)

    def acknowledged(self) -> dict[Episode, datetime | None]:
        """Return the episodes of all webhooks that were answered with 200, with the end that was told last, if any."""
        ends: dict[Episode, datetime | None] = {}
        for one in list(self.noted):
            if one.code == 200:
                for alert in one.body["alerts"]:
                    _take(ends, alert)
        return ends

    def unanswered(self) -> int:
        """Return how many webhooks were not answered with 200."""
        return sum(one.code != 200 for one in list(self.noted))

    def names(self, status: str) -> set[str]:
        """Return the names of alerts that were told with a status and acknowledged."""
        told = [alert for one in list(self.noted) if one.code == 200 for alert in one.body["alerts"]]
        return {alert["labels"]["alertname"] for alert in told if alert["status"] == status}


@contextmanager
def recording(address: str) -> Iterator[Recording]:
    """Stand before a receiver until the block ends; a receiver that does not answer is passed on as one."""
    state = Recording()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            code, content = _passed_on(f"{address}{self.path}", body)
            state.noted.append(Noted(json.loads(body), code))
            if code is None:
                self.close_connection = True
            else:
                answer(self, code, content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler) as url:
        state.url = url
        yield state


def _passed_on(url: str, body: bytes) -> tuple[int | None, bytes]:
    try:
        given = requests.post(url, data=body, timeout=_PATIENCE_SECONDS)
    except requests.RequestException:
        return None, b""
    return given.status_code, given.content


def _take(ends: dict[Episode, datetime | None], alert: dict[str, Any]) -> None:
    key = (alert["fingerprint"], datetime.fromisoformat(alert["startsAt"]))
    told = datetime.fromisoformat(alert["endsAt"]) if alert["status"] == "resolved" else None
    known = ends.get(key)
    ends[key] = max(known, told) if known and told else known or told
