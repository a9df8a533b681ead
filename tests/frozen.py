"""A PostgreSQL that takes connections and then says nothing."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from demo.postgres import Cluster


@contextmanager
def frozen(running: Cluster) -> Iterator[None]:
    """Stop every process of the server, its sockets stay open; go on afterwards."""
    parent = running.pid()
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    with stopped([parent, *map(int, children)]):
        yield


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Stop processes; let those that are still there go on afterwards."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # a client that hung up takes its backend with it
                os.kill(pid, signal.SIGCONT)
