"""Load for the receiver by wrk, and the same rows by COPY: alerts of kube-prometheus, each with a key of its own."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from ingest.payload import Episode, parse

HEAD = (
    '{"version":"4","groupKey":"{}:{alertname=\\"KubePodCrashLooping\\"}","truncatedAlerts":0,"status":"firing",'
    '"receiver":"alertgest","groupLabels":{"alertname":"KubePodCrashLooping"},"commonLabels":{},"commonAnnotations":{},'
    '"externalURL":"http://alertmanager:9093","alerts":['
)
ALERT = msgspec.json.encode({
    "status": "firing",
    "labels": {
        "alertname": "KubePodCrashLooping", "cluster": "production", "container": "checkout", "endpoint": "http",
        "instance": "10.42.3.17:8080", "job": "kube-state-metrics", "namespace": "payments", "pod": "checkout-KEY",
        "prometheus": "monitoring/kube-prometheus", "service": "kube-state-metrics", "severity": "warning",
    },
    "annotations": {
        "description": "Pod payments/checkout-KEY (checkout) is in waiting state (reason: CrashLoopBackOff) on cluster"
                       " production for longer than a quarter of an hour.",
        "runbook_url": "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
        "summary": "Pod is crash looping.",
    },
    "startsAt": "2026-07-01T20:00:00.123456789Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "KEY",
    "generatorURL": "http://prometheus.example:9090/graph?g0.expr=max_over_time%28kube_pod_container_status_waiting"
                    "_reason%7Breason%3D%22CrashLoopBackOff%22%7D%5B5m%5D%29+%3E%3D+1&g0.tab=1",
}).decode()  # fmt: skip
_COLUMNS = (
    "source, fingerprint, alertname, status, severity, namespace, labels, annotations, generator_url, starts_at,"
    " received_at, last_received_at, last_firing_at"
)
_SCRIPT = Path(__file__).with_name("webhooks.lua")
_TIMEOUT_SECONDS = 60


def one_alert() -> Episode:
    """Return the alert as the receiver reads it, with KEY for its key."""
    return parse(f"{HEAD}{ALERT}]}}".encode(), datetime.now(UTC), 1).episodes[0]


def by_webhook(address: str, alerts: int, connections: int, seconds: int, seed: str) -> float:
    """Post webhooks of that many alerts over that many connections; return the alerts acknowledged a second."""
    told = {"ALERTS": str(alerts), "SEED": seed, "ALERT": ALERT, "HEAD": HEAD}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={_TIMEOUT_SECONDS}s", "-s", _SCRIPT]
    done = subprocess.run([*command, address], env=os.environ | told, check=True, capture_output=True, text=True)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("DONE"))
    acknowledged, _, microseconds = map(int, line.split()[1:])
    return acknowledged * alerts * 1e6 / microseconds


def by_copy(url: str, alerts: int, connections: int, seconds: int, seed: str) -> float:
    """Write the same rows by COPY, that many in each commit; return the alerts committed a second."""
    line, begun = _line(one_alert()), time.monotonic()

    def write(client: int) -> int:
        commits = 0
        with psycopg.connect(url, autocommit=True) as conn:
            while time.monotonic() < begun + seconds:
                rows = "".join(line.replace("KEY", f"{seed}{client:02x}{commits:06x}{n:04x}") for n in range(alerts))
                with conn.cursor().copy(f"COPY alerts ({_COLUMNS}) FROM STDIN") as copy:
                    copy.write(rows.encode())
                commits += 1
        return commits

    with ThreadPoolExecutor(connections) as pool:
        commits = sum(pool.map(write, range(connections)))
    return commits * alerts / (time.monotonic() - begun)


def _line(one: Episode) -> str:
    labels, annotations = (msgspec.json.encode(some).decode() for some in (one.labels, one.annotations))
    severity, namespace = one.labels["severity"], one.labels["namespace"]
    text = [one.fingerprint, one.labels["alertname"], "firing", severity, namespace, labels, annotations]
    moments = [one.starts_at.isoformat(), *[datetime.now(UTC).isoformat()] * 3]
    return "\t".join(["default", *text, one.generator_url, *moments]) + "\n"
