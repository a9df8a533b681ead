"""A network that cuts: a proxy that resets each connection after some bytes of one direction."""

import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.faults.exchange import connection, reset

Direction = Literal["sent", "answered"]
_AT_ONCE = 65_536


@dataclass
class Cutting:
    """Where the proxy listens, and how often it has cut."""

    address: str = ""
    cuts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cut(self, *ends: socket.socket) -> None:
        """Reset both ends of a connection."""
        for end in ends:
            reset(end)
        with self.lock:
            self.cuts += 1


@contextmanager
def cutting(address: str, direction: Direction, most_bytes: int, seed: int) -> Iterator[Cutting]:
    """Stand before a receiver until the block ends; up to ``most_bytes`` of a direction pass, drawn anew each time."""
    state, chance = Cutting(), Random(seed)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with state.lock:
                left = chance.randrange(most_bytes)
            with suppress(OSError), connection(address) as server:
                _pass_on(state, self.request, server, direction, left)

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: what goes away here is part of the tests."""


def _pass_on(state: Cutting, client: socket.socket, server: socket.socket, direction: Direction, left: int) -> None:
    """Pass on what comes from either side until one closes, or ``left`` bytes of the direction have passed.

    One thread for both directions: a connection on which another thread waits is not reset by closing it.
    """
    cut_source = client if direction == "sent" else server
    with selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, server)
        ready.register(server, selectors.EVENT_READ, client)
        while True:
            for key, _ in ready.select():
                source, sink = key.fileobj, key.data
                assert isinstance(source, socket.socket)
                data = source.recv(_AT_ONCE)
                if not data:
                    return
                if source is cut_source and len(data) > left:
                    sink.sendall(data[:left])
                    state.cut(client, server)
                    return
                left -= len(data) if source is cut_source else 0
                sink.sendall(data)
