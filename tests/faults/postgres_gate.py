"""A gate before PostgreSQL: each statement that writes, as the protocol carries it, is a step.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer

import psycopg

from tests.faults.gate import CutError, Steps

_COMMENT = re.compile(r"--.*")
_WRITE = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM|COMMIT)\b(?! told_)")
"""The tables told_... are temporary ones, which a transaction has for itself."""
_WORDS_OF_A_NAME = 6
_CANCEL = 80877102


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
