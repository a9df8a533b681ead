"""A stand-in for a Teams workflow: a real HTTP server on loopback that answers by script and keeps what it got."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.serving import answer, serving


@dataclass(frozen=True)
class Answer:
    """One answer; ``drop`` closes the connection without any."""

    status: int = 202
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False


@dataclass
class Receiver:
    """Where it listens, what it will answer (then always 202), and what it has received."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)


@contextmanager
def receiver(*answers: Answer, certificate: Path | None = None) -> Iterator[Receiver]:
    """Run one on a free port until the block ends; with a certificate (its key in the same file) over TLS."""
    state = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.raw.append(body)
            state.bodies.append(json.loads(body))
            state.content_types.append(self.headers["Content-Type"])
            scripted = state.answers.pop(0) if state.answers else Answer()
            if not scripted.drop:
                answer(self, scripted.status, scripted.body, scripted.headers)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler, certificate) as address:
        state.url = f"{address}/workflow?sig=secret"
        yield state
