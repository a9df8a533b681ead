"""A real HTTP server for the stand-ins of the tests, on loopback or, in a pod, for everybody."""

import json
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Address = tuple[str, int]
FREE: Address = ("127.0.0.1", 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: a client that goes away is part of the tests."""


def answer(to: BaseHTTPRequestHandler, status: int, content: bytes, headers: Iterable[tuple[str, str]] = ()) -> None:
    """Answer a request with a whole body."""
    to.send_response(status)
    for name, value in headers:
        to.send_header(name, value)
    to.send_header("Content-Length", str(len(content)))
    to.end_headers()
    to.wfile.write(content)


def answer_json(to: BaseHTTPRequestHandler, status: int, value: object) -> None:
    """Answer a request with a value as JSON."""
    answer(to, status, json.dumps(value).encode(), [("Content-Type", "application/json")])


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], certificate: Path | None = None, at: Address = FREE
) -> Iterator[str]:
    """Serve, by default on a free port of loopback, until the block ends; yield the address.

    A certificate has its key in the same file.
    """
    with _Server(at, handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"{'https' if certificate else 'http'}://{at[0]}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
