"""A real toxiproxy between the programs and PostgreSQL; its toxics: https://github.com/Shopify/toxiproxy#toxics."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
import requests

from demo.postgres import Server, free_port
from tests.chart.conftest import tool
from tests.ingest_process import wait_until_answers

_NAME = "postgres"
Stream = Literal["upstream", "downstream"]
STREAMS: tuple[Stream, ...] = ("upstream", "downstream")


class Link:
    """A way to a database that can be slowed, silenced and cut; ``url`` is the database behind it."""

    def __init__(self, pid: int, api: str, database_url: str) -> None:
        """Make the way, on a free port of the toxiproxy with that process id."""
        self._pid = pid
        parts = psycopg.conninfo.conninfo_to_dict(database_url)
        here = Server("127.0.0.1", free_port(), str(parts["user"]))
        self.url, self._proxy = here.url(str(parts["dbname"])), f"{api}/proxies/{_NAME}"
        upstream = f"{parts['host']}:{parts['port']}"
        _say("POST", f"{api}/proxies", name=_NAME, listen=f"{here.host}:{here.port}", upstream=upstream)

    def spoil(self, toxic: str, stream: Stream = "downstream", **attributes: int) -> None:
        """Add a toxic to all connections, present and new; ``downstream`` is what the server says."""
        name = f"{toxic}_{stream}"
        _say("POST", f"{self._proxy}/toxics", name=name, type=toxic, stream=stream, attributes=attributes)

    def mend(self, toxic: str, stream: Stream = "downstream") -> None:
        """Take a toxic away."""
        _say("DELETE", f"{self._proxy}/toxics/{toxic}_{stream}")

    def cut(self) -> None:
        """Close every connection and take no new one."""
        _say("POST", self._proxy, enabled=False)

    def freeze(self) -> None:
        """Let nothing pass any more; no end hears of it, as when a machine vanishes."""
        os.kill(self._pid, signal.SIGSTOP)

    def join(self) -> None:
        """Take connections again."""
        _say("POST", self._proxy, enabled=True)


@contextmanager
def link(database_url: str) -> Iterator[Link]:
    """Run a toxiproxy with one way to a database until the block ends."""
    port = free_port()
    command = [tool("toxiproxy"), "-host", "127.0.0.1", "-port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            api = f"http://127.0.0.1:{port}"
            wait_until_answers(f"{api}/version")
            yield Link(process.pid, api, database_url)
        finally:
            process.kill()


def _say(method: str, url: str, **said: object) -> None:
    requests.request(method, url, json=said or None, timeout=10).raise_for_status()
