"""Gates between a program and its servers: what passes is told, step by step, and can be held at any step.

A step is a statement that writes, as PostgreSQL's protocol carries it, or a request over HTTP. It is held before the
server has it, or after the server has answered and before the program knows.
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import http.client
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

import psycopg

from tests.serving import answer, serving

_COMMENT = re.compile(r"--.*")
_WRITE = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM|COMMIT)\b(?! told_)")
"""The tables told_... are temporary ones, which a transaction has for itself."""
_WORDS_OF_A_NAME = 6
_CANCEL = 80877102
_PATIENCE_SECONDS = 100


@dataclass(frozen=True)
class Point:
    """A step, by its name and by how often that had come before, and on which side of it the program is held."""

    name: str
    earlier: int
    after: bool


class CutError(Exception):
    """The program has been killed: nothing of it passes any more."""


class Steps:
    """The steps of one run in their order; it is held at one point, or nowhere."""

    def __init__(self, held_at: Point | None = None) -> None:
        """Begin with no step done."""
        self.names: list[str] = []
        self.done: list[str] = []
        self._held_at, self._reached, self._open = held_at, threading.Event(), threading.Event()
        self._cut, self._lock = False, threading.Lock()

    def before(self, name: str) -> int:
        """Note that a step is about to reach the server, and hold it there if it is to be held; return its number."""
        with self._lock:
            number = self.names.count(name)
            self.names.append(name)
        self._hold(Point(name, number, after=False))
        return number

    def after(self, name: str, number: int) -> None:
        """Hold the answer to a step if it is to be held."""
        self._hold(Point(name, number, after=True))

    def wait_until_held(self) -> None:
        """Wait until the program is held at the point."""
        assert self._reached.wait(_PATIENCE_SECONDS), f"{self._held_at} was not reached; it did {self.names}"

    def let_pass(self) -> None:
        """Let what is held go on."""
        self._open.set()

    def cut(self) -> None:
        """Let nothing more pass: the program is dead."""
        self._cut = True
        self._open.set()

    def _hold(self, point: Point) -> None:
        if point == self._held_at:
            self._reached.set()
            self._open.wait(_PATIENCE_SECONDS)
        if self._cut:
            raise CutError


@contextmanager
def http_gate(steps: Steps, name: str, server: str) -> Iterator[str]:
    """Stand before an HTTP server until the block ends; yield the address of the gate. Each request is a step."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            step = f"{self.command} {name}{urlsplit(self.path).path}"
            try:
                number = steps.before(step)
                status, content, headers = _forward(server, self, body)
                steps.after(step, number)
            except CutError:
                return
            answer(self, status, content, headers)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler) as address:
        yield address + urlsplit(server).path


def _forward(server: str, asked: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes, list[tuple[str, str]]]:
    conn = http.client.HTTPConnection(urlsplit(server).netloc, timeout=_PATIENCE_SECONDS)
    headers = {key: value for key, value in asked.headers.items() if key not in {"Connection", "Accept-Encoding"}}
    conn.request(asked.command, asked.path, body or None, headers)
    response = conn.getresponse()
    content = response.read()
    conn.close()
    return response.status, content, [("Content-Type", response.headers.get("Content-Type", ""))]


@contextmanager
def postgres_gate(steps: Steps, url: str) -> Iterator[str]:
    """Stand before a database until the block ends; yield the URL behind the gate. Each write is a step."""
    parts = psycopg.conninfo.conninfo_to_dict(url)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((str(parts["host"]), int(str(parts["port"])))) as server:
                _Conversation(steps, self.request, server).follow()

    with _Server(("127.0.0.1", 0), Handler) as gate:
        thread = threading.Thread(target=gate.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = gate.server_address[1]
            plain = "sslmode=disable&gssencmode=disable"
            yield f"postgresql://{parts['user']}@127.0.0.1:{port}/{parts['dbname']}?{plain}"
        finally:
            gate.shutdown()
            thread.join()


class _Server(ThreadingTCPServer):
    """Ends once each conversation has ended, so that no statement of a dead program is still on its way then."""

    request_queue_size = 64


class _Conversation:
    """One connection: the client asks, the server answers until it is ready, and so on, as psycopg does."""

    def __init__(self, steps: Steps, client: socket.socket, server: socket.socket) -> None:
        self._steps, self._client, self._server = steps, client, server

    def follow(self) -> None:
        """Pass everything on until one of the two, or a cut, ends it."""
        try:
            begin = _exactly(self._client, 4)
            begin += _exactly(self._client, struct.unpack("!i", begin)[0] - 4)
            self._server.sendall(begin)
            if struct.unpack("!i", begin[4:8])[0] == _CANCEL:
                self._server.recv(1)  # the server hangs up once it has cancelled, and the client waits for that
                return
            self._client.sendall(self._until(self._server, b"Z")[0])
            while True:
                self._pass_on()
        except (CutError, OSError):
            return

    def _pass_on(self) -> None:
        """Pass a request, which ends with a Query, a Sync or a Terminate, and its answer."""
        asked, sql = self._until(self._client, b"QSX")
        words = _COMMENT.sub("", sql).split()
        step = " ".join(words[:_WORDS_OF_A_NAME]) if _WRITE.match(" ".join(words)) else ""
        number = self._steps.before(step) if step else 0
        self._server.sendall(asked)
        answered, _ = self._until(self._server, b"Z")
        if step:
            self._steps.after(step, number)
        self._client.sendall(answered)

    @staticmethod
    def _until(sender: socket.socket, last: bytes) -> tuple[bytes, str]:
        """Return all messages up to one of those types, and the statement of the last Query or Parse among them."""
        messages, sql = b"", ""
        while True:
            kind = _exactly(sender, 1)
            size = _exactly(sender, 4)
            content = _exactly(sender, struct.unpack("!i", size)[0] - 4)
            messages += kind + size + content
            if kind in {b"Q", b"P"} and last != b"Z":
                sql = content.split(b"\0")[0 if kind == b"Q" else 1].decode()
            if kind in last:
                return messages, sql


def _exactly(sender: socket.socket, size: int) -> bytes:
    """Return so many bytes; raises ConnectionError where the sender ends before."""
    parts = bytearray()
    while len(parts) < size:
        part = sender.recv(size - len(parts))
        if not part:
            raise ConnectionError
        parts += part
    return bytes(parts)
