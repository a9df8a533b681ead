"""A stand-in for a Teams workflow that does whatever a server can do to its client, on purpose or not."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.serving import answer, serving

Does = Callable[["Request"], None]
_DRIP_SECONDS = 0.2
_HUGE = 100 * 2**20


@dataclass
class Workflow:
    """Where it listens, what it will do (then always take the card), and the cards that it took."""

    url: str = ""
    will: list[Does] = field(default_factory=list)
    cards: list[Any] = field(default_factory=list)
    written: int = 0
    """How many bytes of a huge answer the program let it write."""
    stop: threading.Event = field(default_factory=threading.Event)


class Request(BaseHTTPRequestHandler):
    """One request to it."""

    workflow: Workflow

    def do_POST(self) -> None:
        """Do what is next."""
        does = self.workflow.will.pop(0) if self.workflow.will else takes()
        with suppress(OSError):  # the program hung up
            does(self)

    def read(self) -> bytes:
        """Read the card."""
        return self.rfile.read(int(self.headers["Content-Length"]))

    def take(self) -> None:
        """Read the card and post it to the channel."""
        self.workflow.cards.append(json.loads(self.read()))

    def reset(self) -> None:
        """Let the connection end with a reset: an end without lingering."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def workflow(*does: Does, certificate: Path | None = None) -> Iterator[Workflow]:
    """Run one until the block ends."""
    state = Workflow(will=list(does))
    with serving(type("Handler", (Request,), {"workflow": state}), certificate) as address:
        state.url = f"{address}/workflow?sig=secret"
        try:
            yield state
        finally:
            state.stop.set()


def takes(status: int = 202, body: bytes = b"") -> Does:
    """Take the card and say so; with another status it was taken all the same."""

    def do(request: Request) -> None:
        request.take()
        answer(request, status, body)

    return do


def refuses(status: int, body: bytes = b"", **headers: str) -> Does:
    """Read the card, post nothing, and answer."""

    def do(request: Request) -> None:
        request.read()
        answer(request, status, body, [(name.replace("_", "-"), value) for name, value in headers.items()])

    return do


def resets_unread(request: Request) -> None:
    """Break the connection once the head of the request has come."""
    request.reset()


def takes_and_resets(request: Request) -> None:
    """Take the card and break the connection."""
    request.take()
    request.reset()


def takes_and_hangs(request: Request) -> None:
    """Take the card and never answer."""
    request.take()
    request.workflow.stop.wait()


def takes_and_babbles(request: Request) -> None:
    """Take the card and answer what is no HTTP."""
    request.take()
    request.wfile.write(b"220 mail.example ESMTP\r\n\r\n")


def takes_and_drips_a_head(request: Request) -> None:
    """Take the card and begin a head that has no end, a byte at a time."""
    request.take()
    request.wfile.write(b"HTTP/1.1 202 Accepted\r\nX-Long: ")
    while not request.workflow.stop.wait(_DRIP_SECONDS):
        request.wfile.write(b"x")


def takes_and_drips_a_body(request: Request) -> None:
    """Take the card, say so, and add a body that has no end, a byte at a time."""
    request.take()
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not request.workflow.stop.wait(_DRIP_SECONDS):
        request.wfile.write(b"x")


def takes_hugely(request: Request) -> None:
    """Take the card and answer with 100 MB."""
    request.take()
    _write_hugely(request, b"HTTP/1.1 200 OK\r\n\r\n")


def redirects_hugely(request: Request) -> None:
    """Point elsewhere with 100 MB."""
    request.read()
    _write_hugely(request, b"HTTP/1.1 302 Found\r\nLocation: /other\r\n\r\n")


def _write_hugely(request: Request, head: bytes) -> None:
    request.wfile.write(head)
    part = b"\0" * 2**16
    while request.workflow.written < _HUGE:
        request.wfile.write(part)
        request.workflow.written += len(part)
