"""A real HTTP server for the stand-ins of the tests, on loopback or, in a pod, for everybody."""

import ssl
import threading
from collections.abc import Iterator
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
