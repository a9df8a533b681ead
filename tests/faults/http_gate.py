"""A gate before an HTTP server: each request is a step."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.faults.gate import PATIENCE_SECONDS, CutError, Steps
from tests.serving import answer, serving


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
    conn = http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE_SECONDS)
    headers = {key: value for key, value in asked.headers.items() if key not in {"Connection", "Accept-Encoding"}}
    conn.request(asked.command, asked.path, body or None, headers)
    response = conn.getresponse()
    content = response.read()
    conn.close()
    return response.status, content, [("Content-Type", response.headers.get("Content-Type", ""))]
