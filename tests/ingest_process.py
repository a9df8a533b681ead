"""The real ingest process on loopback, and webhooks to post to it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from demo.postgres import free_port

_DEADLINE_SECONDS = 20
_START = "from ingest.cli import main; main()"


@contextmanager
def ingest_process(
    database_url: str, ready_path: str = "/ready", log: Path = Path(os.devnull), **settings: str
) -> Iterator[str]:
    """Run ``alertgest-ingest serve`` in a process of its own; yield its address once it is ready."""
    ours = {"DATABASE_URL": database_url, **free_ports(), **settings}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen([sys.executable, "-c", _START, "serve"], env=os.environ | ours, stderr=errors)
    try:
        address = f"http://127.0.0.1:{ours['APP_PORT']}"
        wait_until_answers(f"{address}{ready_path}")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def wait_until_answers(url: str) -> None:
    """Wait until a GET of ``url`` is answered with 200."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=1).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            os.sched_yield()
    raise AssertionError(f"{url} did not answer with 200 in {_DEADLINE_SECONDS} s")


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
