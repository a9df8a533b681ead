"""The process: the receiver on its port, the metrics on theirs, ended gracefully by SIGTERM."""

import os
import signal
import socket
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from ingest.settings import IngestSettings

KEEP_ALIVE_SECONDS = 320
"""Longer than the five minutes for which Alertmanager keeps idle connections."""
GRACE_SECONDS = 20


def serve(app: Starlette, settings: IngestSettings) -> None:
    """Serve on the ports of the settings until SIGTERM, which ends the process with 0, or SIGINT.

    Raises OSError where a port is taken.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
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
    uvicorn.Server(config).run(sockets)


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
