"""The real ingest process on loopback, and webhooks to post to it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from demo.postgres import free_port

_DEADLINE_SECONDS = 20
_START = "from ingest.cli import main; main()"


class IngestProcess:
    """``alertgest-ingest serve`` in a process of its own, that can be killed and started again on its ports."""

    def __init__(
        self, database_url: str, log: Path = Path(os.devnull), program: Sequence[str] = ("-c", _START), **settings: str
    ) -> None:
        """Start nothing yet; ``program`` are the arguments of Python that stand for ``alertgest-ingest``."""
        ours = {"DATABASE_URL": database_url, **free_ports(), **settings}
        self.address = f"http://127.0.0.1:{ours['APP_PORT']}"
        self._command, self._environ, self._log = [sys.executable, *program, "serve"], os.environ | ours, log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the one that was started last."""
        assert self._process
        return self._process.pid

    def start(self, ready_path: str = "/ready", seconds: float = _DEADLINE_SECONDS) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(self._command, env=self._environ, stderr=errors)
        wait_until_answers(f"{self.address}{ready_path}", seconds)

    def kill(self) -> None:
        """Kill it as the machine would, without a word."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """Tell it to end, as Kubernetes does, and go on."""
        assert self._process
        self._process.terminate()

    def wait(self, seconds: float = 30) -> int:
        """Wait until it has ended; return its exit code."""
        assert self._process
        return self._process.wait(seconds)

    def end(self) -> None:
        """End it, if it runs."""
        if self._process and self._process.poll() is None:
            self.terminate()
            self.wait()


@contextmanager
def ingest_process(
    database_url: str, ready_path: str = "/ready", log: Path = Path(os.devnull), **settings: str
) -> Iterator[str]:
    """Run ``alertgest-ingest serve`` in a process of its own; yield its address once it is ready."""
    process = IngestProcess(database_url, log, **settings)
    try:
        process.start(ready_path)
        yield process.address
    finally:
        process.end()


def wait_until_answers(url: str, seconds: float = _DEADLINE_SECONDS) -> None:
    """Wait until a GET of ``url`` is answered with 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            os.sched_yield()
    raise AssertionError(f"{url} did not answer with 200 in {seconds} s")


def free_ports() -> dict[str, str]:
    """Return settings of the receiver with two ports that are free."""
    return {"APP_PORT": str(free_port()), "APP_METRICS_PORT": str(free_port())}


def wait_until(condition: Callable[[], bool], seconds: float = _DEADLINE_SECONDS) -> None:
    """Wait until the condition holds; it is asked again and again."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        os.sched_yield()


def alert(name: str, start: str, end: str = "0001-01-01T00:00:00Z", **labels: str) -> dict[str, Any]:
    """Return one alert as Alertmanager sends it; it fires unless it has an end."""
    return {
        "status": "firing" if end.startswith("0001") else "resolved",
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} happened"},
        "startsAt": start,
        "endsAt": end,
        "generatorURL": "http://prometheus:9090/graph",
    }


def webhook(*alerts: dict[str, Any], group_key: str = "{}") -> dict[str, Any]:
    """Return the webhook of version 4 that carries the alerts."""
    status = "firing" if any(one["status"] == "firing" for one in alerts) else "resolved"
    return {
        "version": "4",
        "groupKey": group_key,
        "status": status,
        "receiver": "alertgest",
        "truncatedAlerts": 0,
        "alerts": list(alerts),
    }
