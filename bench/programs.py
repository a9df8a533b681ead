"""Memory and cold starts of the two programs as the chart runs them: ``make bench``.

The receiver idle and under bodies of 10,000 alerts, one after the other; a whole digest of a night of 100,000 episodes
and a cluster of 5,000 pods, posted to a stand-in. The chart's requests are stated with these figures.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import requests

from bench import cluster as kubernetes
from bench.large_night import END, PERIOD_START, fill
from demo.postgres import cluster, free_port
from store.migrate import migrate
from tests.kube_api import kube_api, kubeconfig
from tests.receiver import receiver

ALERTS, BODIES, EPISODES = 10_000, 6, 100_000
_INGEST = [sys.executable, "-c", "from ingest.cli import main; main()"]
_DIGEST = """
import resource, subprocess, sys, time
begun = time.perf_counter()
program = [sys.executable, "-c", "from digest.cli import main; main()"]
done = subprocess.run([*program, *sys.argv[1:]], stderr=subprocess.DEVNULL)
seconds = round(time.perf_counter() - begun, 2)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, seconds)
"""


def main() -> None:
    """Print one line for each figure."""
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        _receiver(url)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("DELETE FROM alerts")
            fill(conn, EPISODES)
        _digest(url)


def _receiver(url: str) -> None:
    ports = {"APP_PORT": str(free_port()), "APP_METRICS_PORT": str(free_port())}
    address = f"http://127.0.0.1:{ports['APP_PORT']}"
    begun = time.perf_counter()
    environ = os.environ | ports | {"DATABASE_URL": url}
    with subprocess.Popen([*_INGEST, "serve"], env=environ, stderr=subprocess.DEVNULL) as ingest:
        try:
            while not _ready(address):
                time.sleep(0.01)
            print(f"ingest, from its start to ready: {time.perf_counter() - begun:.2f} s")
            print(f"ingest, idle: {_peak(ingest.pid)} MiB")
            for number in range(BODIES):
                requests.post(f"{address}/api/v1/alerts", json=_body(number), timeout=60).raise_for_status()
            print(f"ingest, after {BODIES} bodies of {ALERTS:,} alerts: {_peak(ingest.pid)} MiB")
        finally:
            ingest.terminate()


def _digest(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder, kube_api() as api, receiver() as teams:
        kubernetes.fill(api)
        config = str(kubeconfig(Path(folder), api.url))
        environ = os.environ | {"DATABASE_URL": url, "TEAMS_WEBHOOK_URL": teams.url, "KUBECONFIG": config}
        period = ["--from", PERIOD_START.isoformat(), "--to", END.isoformat()]
        _told("--help", ["--help"], environ)
        _told("snapshot of 5,000 pods", ["snapshot"], environ)
        _told(f"run over {EPISODES:,} episodes and 5,000 pods", ["run", *period], environ)


def _told(what: str, arguments: list[str], environ: dict[str, str]) -> None:
    command = [sys.executable, "-c", _DIGEST, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    code, peak, seconds = done.stdout.split()[-3:]
    print(f"digest, {what}: {peak} MiB, {seconds} s (exit code {code})")


def _ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/ready", timeout=1).ok
    except requests.RequestException:
        return False


def _peak(pid: int) -> int:
    """Return the peak memory of a process so far in MiB."""
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes) // 1024


def _body(number: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    alerts = [
        {
            "status": "firing", "fingerprint": f"{number:04x}{one:08x}",
            "startsAt": now, "endsAt": "0001-01-01T00:00:00Z",
            "labels": {"alertname": f"Alert{one % 50}", "severity": "warning", "namespace": f"n{one % 20}",
                       "pod": f"p{one}"},
            "annotations": {"summary": "A pod fails", "description": "x" * 400}, "generatorURL": "http://p/graph",
        }
        for one in range(ALERTS)
    ]  # fmt: skip
    head = {"version": "4", "groupKey": f"g{number}", "truncatedAlerts": 0, "status": "firing", "receiver": "bench"}
    return head | {"groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "alerts": alerts}


if __name__ == "__main__":
    main()
