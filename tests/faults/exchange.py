"""Requests written byte by byte, as senders in trouble write them."""

import json
import socket
import struct
from typing import Any, Self
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 30
PATH = "/api/v1/alerts"


def connection(address: str) -> socket.socket:
    """Return a new connection to a receiver."""
    parts = urlsplit(address)
    return socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=_PATIENCE_SECONDS)


def reset(one: socket.socket) -> None:
    """Close a connection as one that is cut: the other side reads an error, not an end."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


class Exchange:
    """One connection; requests are written to it in parts, and each answer is read as a whole."""

    def __init__(self, address: str, body: dict[str, Any] | bytes = b"") -> None:
        """Connect; ``body`` is what ``send_body`` sends."""
        self.socket = connection(address)
        self.body = body if isinstance(body, bytes) else self.bytes_of(body)
        self._reading = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._reading.close()
        self.socket.close()

    @staticmethod
    def bytes_of(body: dict[str, Any]) -> bytes:
        """Return a webhook as it is sent."""
        return json.dumps(body).encode()

    def send_head(self, *headers: str, version: str = "1.1", method: str = "POST", length: int | None = None) -> None:
        """Send the head of a request with the length of the body, unless another is given."""
        length = len(self.body) if length is None else length
        lines = [f"{method} {PATH} HTTP/{version}", "Host: receiver", f"Content-Length: {length}", *headers]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send_body(self, share: float = 1) -> None:
        """Send the body, or its first part."""
        self.socket.sendall(self.body[: int(len(self.body) * share)])

    def send_head_and_wait_until_the_body_is_wanted(self, *headers: str) -> None:
        """Begin a request and wait for ``100 Continue``: the receiver has begun to read it."""
        self.send_head("Expect: 100-continue", *headers)
        assert self.status() == 100

    def status(self) -> int:
        """Read one answer to its end and return its status code."""
        return self.answer()[0]

    def answer(self) -> tuple[int, dict[str, str]]:
        """Read one answer to its end; return its status code and its headers by their names in small letters."""
        code = int(self._reading.readline().split()[1])
        headers = dict[str, str]()
        while line := self._reading.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        self._reading.read(int(headers.get("content-length", 0)))
        return code, headers

    def closed(self) -> bool:
        """Wait until the receiver says something or closes; return whether it closed."""
        try:
            return self._reading.read(1) == b""
        except ConnectionResetError:
            return True
