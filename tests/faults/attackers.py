"""Clients that mean no good: raw bytes over raw connections."""

import json
import re
import resource
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.ingest_process import alert, webhook
from tests.programs import lacking

START = "2026-07-01T20:00:00Z"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Heard:
    """What a connection got: the status codes of all answers, their text, and whether the server then closed it."""

    codes: tuple[int, ...]
    text: str
    closed: bool


def allow_files(most: int) -> None:
    """Let this process open that many files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < most:
        lacking(f"this machine lets a process open only {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(most, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), hard))


@contextmanager
def connections(port: int, number: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open that many connections, and send the same first bytes on each; all are closed at the end."""
    some: list[socket.socket] = []
    try:
        for _ in range(number):
            some.append(socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS))
            with suppress(ConnectionError):
                some[-1].sendall(first)
        yield some
    finally:
        for one in some:
            one.close()


def head(*headers: str, method: str = "POST", path: str = "/api/v1/alerts") -> bytes:
    """Return the head of a request."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode("latin-1")


def body(name: str, length: int = 0) -> bytes:
    """Return a webhook with one alert, padded to a length."""
    return json.dumps(webhook(alert(name, START))).encode().ljust(length)


def until_closed(some: list[socket.socket], drip: bytes = b"") -> int:
    """Wait until the server has closed all, sending each some bytes again and again; return how many it answered."""
    waiting, answered = list(some), set[socket.socket]()
    for _ in range(_PATIENCE_SECONDS * 4):
        for one in _readable(waiting):
            got = _received(one)
            if got:
                answered.add(one)
            else:
                waiting.remove(one)
        if not waiting:
            return len(answered)
        for one in waiting if drip else ():
            with suppress(OSError):
                one.send(drip)
    raise AssertionError(f"{len(waiting)} connections are still open")


def until_hung_up(some: list[socket.socket], more: bytes) -> None:
    """Read nothing and send more on each again and again until the server has hung up on all."""
    waiting = {one.fileno(): one for one in some}
    poll = select.poll()
    for number in waiting:
        poll.register(number, 0)
    for _ in range(_PATIENCE_SECONDS * 4):
        for number, _ in poll.poll(250):
            poll.unregister(number)
            del waiting[number]
        if not waiting:
            return
        for one in waiting.values():
            with suppress(OSError):
                one.send(more, socket.MSG_DONTWAIT)
    raise AssertionError(f"{len(waiting)} connections are still open")


def ask(port: int, *parts: bytes) -> Heard:
    """Send bytes on a connection of its own and then a whole request; return all that is heard.

    The request after it, whose answer is not told, shows that the server has dealt with all that came before: either it
    answers that too, or it has closed the connection.
    """
    mark = head(method="GET", path="/ready")
    got, closed = b"", False
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS) as one:
        with suppress(ConnectionError):
            for part in parts:
                one.sendall(part)
        one.settimeout(_PATIENCE_SECONDS)
        sent = False
        while b'"schema"' not in got:
            if not sent and re.search(rb"\r\n\r\n\{.*\}$", got):
                sent = True
                with suppress(ConnectionError):
                    one.sendall(mark)
            try:
                more = one.recv(65_536)
            except ConnectionError:
                more = b""
            if not more:
                closed = True
                break
            got += more
    answers = re.findall(rb"HTTP/1\.1 (\d{3}) ", got)
    return Heard(tuple(map(int, answers if closed else answers[:-1])), got.decode("utf-8", "replace"), closed)


def _readable(some: list[socket.socket]) -> list[socket.socket]:
    poll = select.poll()
    by_number = {one.fileno(): one for one in some}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(250)]


def _received(one: socket.socket) -> bytes:
    try:
        return one.recv(65_536)
    except ConnectionError:
        return b""
