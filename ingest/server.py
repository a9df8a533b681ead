"""The process: the receiver on its port, the metrics on theirs, ended gracefully by SIGTERM."""

import gc
import os
import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import uvicorn
from starlette.applications import Starlette

from ingest.connections import ACCEPTED_AT_ONCE, guard
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    import asyncio

KEEP_ALIVE_SECONDS = 320
"""Longer than the five minutes for which Alertmanager keeps idle connections."""
GRACE_SECONDS = 20
_QUEUED_CONNECTIONS = 2048


def serve(app: Starlette, settings: IngestSettings) -> None:
    """Serve on the ports of the settings until SIGTERM, which ends the process with 0, or SIGINT.

    Raises OSError where a port is taken.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=cast("type[asyncio.Protocol]", guard(settings.limits.read_seconds, settings.pool_size)),
        backlog=ACCEPTED_AT_ONCE,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
    )
    ports = dict.fromkeys((settings.port, settings.metrics_port))
    sockets = [listen(port) for port in ports]
    signal.signal(signal.SIGTERM, _ended)
    gc.freeze()  # what is there by now stays; the collector need not look at it again and again
    _Server(config).run(sockets)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the kernel queue more connections than the event loop accepts at once, which are one number there."""
        await super().startup(sockets)
        for one in sockets or []:
            one.listen(_QUEUED_CONNECTIONS)


def _ended(*_: object) -> None:
    """End with 0: Uvicorn raises SIGTERM again once all is answered and closed.

    Nothing more is waited for: a thread that asks a database which says nothing would hold the process for ever.
    """
    os._exit(0)


def listen(port: int) -> socket.socket:
    """Return a socket that listens to IPv6 and IPv4, or to IPv4 where there is no IPv6; raises OSError.

    Connections inherit TCP_NODELAY, which asyncio sets only where a socket names its protocol: without it the body of
    an answer waits for the acknowledgement of its head, 40 ms on Linux.
    """
    listening = _dualstack(port) or socket.create_server(("", port), family=socket.AF_INET)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _dualstack(port: int) -> socket.socket | None:
    if socket.has_dualstack_ipv6():
        with suppress(OSError):  # no address of IPv6 here: IPv4 says what is wrong, if anything is
            return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return None
