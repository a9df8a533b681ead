"""A real Prometheus and a real Alertmanager under a script: gauges decide what fires, processes can be killed."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import requests
import yaml

from demo.postgres import free_port
from tests.ingest_process import wait_until_answers
from tests.programs import program
from tests.serving import answer, serving


@dataclass
class Gauges:
    """What the target exposes: 1 for each alert that is to fire."""

    values: dict[str, int] = field(default_factory=dict)

    def fire(self, *names: str) -> None:
        """Let alerts fire from now on."""
        self.values |= dict.fromkeys(names, 1)

    def clear(self, *names: str) -> None:
        """Let alerts clear now."""
        self.values |= dict.fromkeys(names, 0)

    def exposition(self) -> str:
        """Return the text format of Prometheus."""
        return "".join(f'bad{{what="{name}"}} {value}\n' for name, value in list(self.values.items()))


@contextmanager
def target(gauges: Gauges) -> Iterator[str]:
    """Serve the gauges; yield host and port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, 200, gauges.exposition().encode(), [("Content-Type", "text/plain; version=0.0.4")])

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler) as address:
        yield address.removeprefix("http://")


class Process:
    """A server that can be killed and started again on its port and its data."""

    def __init__(self, command: list[str], url: str, log: Path) -> None:
        """Start nothing yet."""
        self.url, self._command, self._log = url, command, log
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(self._command, stdout=log, stderr=log)
        wait_until_answers(f"{self.url}/-/ready")

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self._running:
            self._running.kill()
            self._running.wait()
            self._running = None


@contextmanager
def alertmanager(home: Path, config: dict[str, Any]) -> Iterator[Process]:
    """Run an Alertmanager with a configuration until the block ends."""
    home.mkdir()
    (home / "config.yml").write_text(yaml.safe_dump(config))
    url = f"http://127.0.0.1:{free_port()}"
    options = (f"--config.file={home}/config.yml", f"--storage.path={home}", "--cluster.listen-address=")
    listen = f"--web.listen-address={url.removeprefix('http://')}"
    yield from _run([program("prometheus-alertmanager"), *options, listen], url, home)


@contextmanager
def alertmanager_pair(home: Path, config: dict[str, Any]) -> Iterator[tuple[Process, Process]]:
    """Run two Alertmanagers that know each other, with one configuration, until the block ends.

    News between them and the second's wait for the first take a tenth of their usual time.
    """
    home.mkdir()
    (home / "config.yml").write_text(yaml.safe_dump(config))
    gossip = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    quick = ("--cluster.gossip-interval=20ms", "--cluster.pushpull-interval=2s", "--cluster.peer-timeout=1500ms")
    pair = []
    for number, (own, peer) in enumerate((gossip, reversed(gossip))):
        url = f"http://127.0.0.1:{free_port()}"
        options = (f"--config.file={home}/config.yml", f"--storage.path={home}/{number}")
        cluster = (f"--cluster.listen-address={own}", f"--cluster.peer={peer}", *quick)
        command = [program("prometheus-alertmanager"), *options, *cluster]
        pair.append(
            Process([*command, f"--web.listen-address={url.removeprefix('http://')}"], url, home / f"log{number}")
        )
    try:
        for one in pair:
            one.start()
        yield pair[0], pair[1]
    finally:
        for one in pair:
            one.kill()


@contextmanager
def prometheus(home: Path, rules: list[dict[str, Any]], scraped: str, alertmanagers: list[str]) -> Iterator[Process]:
    """Run a Prometheus that scrapes and evaluates each second until the block ends."""
    home.mkdir()
    notified = [{"static_configs": [{"targets": [url.removeprefix("http://") for url in alertmanagers]}]}]
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s", "external_labels": {"cluster": "prod-eu"}},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": "scripted", "static_configs": [{"targets": [scraped]}]}],
        "alerting": {"alertmanagers": notified},
    }
    (home / "config.yml").write_text(yaml.safe_dump(config))
    (home / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "scripted", "rules": rules}]}))
    url = f"http://127.0.0.1:{free_port()}"
    options = (f"--config.file={home}/config.yml", f"--storage.tsdb.path={home}/data", "--rules.alert.resend-delay=5s")
    listen = f"--web.listen-address={url.removeprefix('http://')}"
    yield from _run([program("prometheus"), *options, listen], url, home)


def rule(name: str, severity: str = "warning", **labels: str) -> dict[str, Any]:
    """Return a rule that fires while the gauge of its name is 1."""
    return {
        "alert": name,
        "expr": f'bad{{what="{name}"}} == 1',
        "labels": {"severity": severity, "namespace": "shop"} | labels,
        "annotations": {"summary": f"{name} happened", "runbook_url": f"https://runbooks.example/{name}"},
    }


def silence(url: str, name: str, minutes: int = 60, by: str = "alice", comment: str = "planned work") -> None:
    """Silence an alert by its name from now on."""
    now = datetime.now(UTC)
    body = {
        "matchers": [{"name": "alertname", "value": name, "isRegex": False, "isEqual": True}],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(minutes=minutes)).isoformat(),
        "createdBy": by,
        "comment": comment,
    }
    requests.post(f"{url}/api/v2/silences", json=body, timeout=5).raise_for_status()


def known(url: str) -> dict[str, str]:
    """Return the state of each alert that an Alertmanager has, by its name."""
    try:
        found = requests.get(f"{url}/api/v2/alerts", timeout=5).json()
    except (requests.RequestException, json.JSONDecodeError):
        return {}
    return {alert["labels"]["alertname"]: alert["status"]["state"] for alert in found}


def firing(url: str) -> set[str]:
    """Return which alerts fire, as a Prometheus says."""
    found = requests.get(f"{url}/api/v1/alerts", timeout=5).json()["data"]["alerts"]
    return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}


def _run(command: list[str], url: str, home: Path) -> Iterator[Process]:
    process = Process(command, url, home / "log")
    process.start()
    try:
        yield process
    finally:
        process.kill()
