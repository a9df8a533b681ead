"""The process: the receiver on its port, the metrics on theirs, ended gracefully by SIGTERM."""

import asyncio
import socket

import uvicorn

from ingest.app import Clock, create_app
from ingest.settings import IngestSettings
from store.log import Log

KEEP_ALIVE_SECONDS = 320
"""Longer than the five minutes for which Alertmanager keeps idle connections."""
GRACE_SECONDS = 20


def serve(settings: IngestSettings, clock: Clock, log: Log) -> None:
    """Serve until SIGTERM or SIGINT; raises OSError where a port is taken."""
    config = uvicorn.Config(
        create_app(settings, clock, log),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
    )
    ports = dict.fromkeys((settings.port, settings.metrics_port))
    sockets = [socket.create_server(("", port), family=socket.AF_INET) for port in ports]
    asyncio.run(uvicorn.Server(config).serve(sockets))
