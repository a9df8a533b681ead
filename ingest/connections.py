"""Connections that nobody holds for nothing: each request arrives in time, in one reading, or the connection is closed.

uvicorn has no deadline for the head of a request, none for the rest of a body that was answered already, none for a
client that does not read, and no bound for what is not body (headers, trailers, chunk extensions).
"""

import asyncio
import json
import resource
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_BYTES = 32_768
"""Most bytes in a row that are not body; nginx takes as much (large_client_header_buffers)."""
ACCEPTED_AT_ONCE = 8
"""Connections that the event loop accepts before it looks whether they are too many; asyncio, out of files, logs each
try of such a round with a traceback (https://github.com/python/cpython/issues/151615)."""
_MOST_CONNECTIONS, _OTHER_FILES = 4096, 64 + 8 * ACCEPTED_AT_ONCE
_MOST_QUEUED = 8
"""Requests that a client may send before the first is answered; each costs a hundred times its bytes."""
_ONCE = frozenset({b"host", b"authorization", b"content-encoding", b"transfer-encoding"})
"""Headers of which two could be read in two ways."""
_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})


class RefusedHeadError(Exception):
    """A head that is not taken; kept by the connection, since the parser tells only that something failed."""


class Room:
    """The connections of a process; beyond ``most`` of them, those that wait longest for a request make room."""

    def __init__(self, most: int) -> None:
        """Begin with none."""
        self._most = most
        self._open = set[GuardedProtocol]()
        self._waiting = dict[GuardedProtocol, None]()

    def enter(self, connection: "GuardedProtocol") -> None:
        """Take a new connection, which waits; close the one that waits longest where there are too many."""
        self._open.add(connection)
        self.wait(connection)
        if len(self._open) > self._most:
            oldest = next(iter(self._waiting))
            self.leave(oldest)
            oldest.transport.abort()

    def wait(self, connection: "GuardedProtocol") -> None:
        """Note that a connection begins to wait."""
        self.busy(connection)
        self._waiting[connection] = None

    def busy(self, connection: "GuardedProtocol") -> None:
        """Note that a connection does not wait any more."""
        self._waiting.pop(connection, None)

    def leave(self, connection: "GuardedProtocol") -> None:
        """Forget a connection that is closed."""
        self.busy(connection)
        self._open.discard(connection)


def most_connections(files: int, pool_size: int) -> int:
    """Return how many connections a process may have that may open so many files."""
    return min(_MOST_CONNECTIONS, max(files - pool_size - _OTHER_FILES, files // 4))


def guard(seconds: int, pool_size: int) -> Callable[..., asyncio.Protocol]:
    """Return what makes the protocol of each connection of this process, which may open more files from now on.

    So many seconds may a head take, the rest of a body that was answered already, and a client that does not read.
    """
    room = Room(most_connections(_allowed_files(), pool_size))
    return lambda **given: GuardedProtocol(room, seconds, **given)


def _allowed_files() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _MOST_CONNECTIONS
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's connection with deadlines and bounds."""

    def __init__(self, room: Room, seconds: int, **given: Any) -> None:  # noqa: ANN401 - what uvicorn gives to its own
        """Be one of those in ``room``, with that many seconds for each deadline."""
        super().__init__(**given)
        self._room, self._seconds = room, seconds
        self._deadline: TimerHandle | None = None
        self._unread: TimerHandle | None = None
        self._whole, self._moved = True, False
        self._head_bytes = self._loose_bytes = 0
        self._seen: set[bytes] = set()
        self._refused = (400, "this is no request of HTTP/1.1")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        """Give the client its time to send a head."""
        super().connection_made(transport)
        self._room.enter(self)
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind."""
        self._room.leave(self)
        self._stop_deadline()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; what is not body must come to an end."""
        if self.transport.is_closing():
            return
        self._moved = False
        super().data_received(data)
        self._loose_bytes = 0 if self._moved else self._loose_bytes + len(data)
        if self.transport.is_closing():
            return
        if self._loose_bytes > HEAD_BYTES:
            self._refused = (431, f"more than {HEAD_BYTES} bytes that are not body")
            self.send_400_response("")
        elif self._whole and not self._answering():
            self._await()

    def on_message_begin(self) -> None:
        """Begin a head."""
        if len(self.pipeline) >= _MOST_QUEUED:
            self._refuse(400, f"more than {_MOST_QUEUED} requests at once on one connection")
        super().on_message_begin()
        self._whole, self._head_bytes, self._seen = False, 0, set()
        self._await()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or refuse one that can be read in two ways."""
        super().on_header(name, value)
        name = name.lower()
        self._head_bytes += len(name) + len(value) + 4
        if name in _ONCE and name in self._seen:
            self._refuse(400, f"{name.decode()} stands twice in the head")
        if name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            self._refuse(400, "Transfer-Encoding must be chunked")
        if self._head_bytes + len(self.url) > HEAD_BYTES:
            self._refuse(431, f"the head is larger than {HEAD_BYTES} bytes")
        self._seen.add(name)

    def on_headers_complete(self) -> None:
        """Let the request be answered; the application has a deadline of its own for the body."""
        version = self.parser.get_http_version()
        if version not in {"1.0", "1.1"} or (version == "1.0" and b"transfer-encoding" in self._seen):
            self._refuse(400, f"HTTP/{version} is not served in this form")
        if self.parser.should_upgrade() and self._seen & _OF_A_BODY:
            self._refuse(400, "a body is not read after Upgrade")  # httptools skips it
        self._moved = True
        self._stop_deadline()
        self._room.busy(self)
        super().on_headers_complete()
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Have all of a request; where it was answered before, the connection is idle now."""
        self._whole = self._moved = True
        super().on_message_complete()
        if self.cycle.response_complete:
            self._rest()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of this one, which is thrown away."""
        super().on_response_complete()
        if not self._whole:
            self._await()
        elif not self._answering():
            self._room.wait(self)

    def pause_writing(self) -> None:
        """Give a client that does not read its time to do so."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self._seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Know that the client reads."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also where its client has not read the last answer."""
        self._close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - ours says more
        """Answer what cannot be read with a reason, and close."""
        code, reason = self._refused
        content = json.dumps({"error": reason}).encode()
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(content)
        self.transport.write(STATUS_LINE[code] + head + content)
        self.transport.close()

    def _await(self) -> None:
        self._room.wait(self)
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._seconds, self._expired)

    def _expired(self) -> None:
        self._deadline = None
        if self._answering():
            self._await()
        elif self._whole or (self.cycle is not None and self.cycle.scope is self.scope):
            self._close()
        else:
            self._refused = (408, f"the head did not come within {self._seconds} s")
            self.send_400_response("")

    def _rest(self) -> None:
        self._stop_deadline()
        self._room.wait(self)
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, code: int, reason: str) -> None:
        self._refused = (code, reason)
        raise RefusedHeadError(reason)

    def _close(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.close()
