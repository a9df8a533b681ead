"""Record the night from a real Alertmanager: ``python -m demo.record`` writes ``demo/night.jsonl`` in a few minutes.

Each line is a webhook and the minute after 18:00 at which it came. Alertmanager runs with intervals of a second, so
that a step of the night takes seconds; what it repeats in a step is kept once.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from demo.listener import listener
from demo.night import Firing, Step, moment, runbook, steps
from demo.postgres import free_port

if TYPE_CHECKING:
    import queue

RECORDING = Path(__file__).with_name("night.jsonl")
_KEPT = 200
_SECONDS_A_STEP = 60
_CONFIG = """
route:
  {{receiver: alertgest, group_by: [alertname, namespace], group_wait: 0s, group_interval: 1s, repeat_interval: 1s}}
receivers: [{{name: alertgest, webhook_configs: [{{url: "{url}", send_resolved: true}}]}}]
"""
Body = dict[str, Any]


@contextmanager
def alertmanager(webhook_url: str, config: str = _CONFIG) -> Iterator[str]:
    """Run a real Alertmanager that posts to ``webhook_url``; yield its address once it is ready."""
    home, port = Path(tempfile.mkdtemp(prefix="alertgest-alertmanager-")), free_port()
    (home / "config.yml").write_text(config.format(url=webhook_url))
    command = [
        "prometheus-alertmanager", f"--config.file={home}/config.yml", f"--storage.path={home}",
        "--cluster.listen-address=", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address)
        yield address
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home)


def post_alerts(address: str, alerts: list[Body]) -> None:
    """Post alerts as Prometheus does."""
    body = json.dumps(alerts).encode()
    request = Request(f"{address}/api/v2/alerts", data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    urlopen(request, timeout=10).close()  # noqa: S310


def _wait_until_ready(address: str) -> None:
    for _ in range(200):
        try:
            urlopen(f"{address}/-/ready", timeout=1).close()  # noqa: S310
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("Alertmanager did not become ready in 10 s")


def _alert(one: Firing, ended: bool) -> Body:
    labels = dict(one.labels)
    end = {"endsAt": moment(one.end).isoformat()} if ended and one.end is not None else {}
    return {
        "labels": labels,
        "annotations": {"summary": one.summary, "runbook_url": runbook(labels["alertname"])},
        "startsAt": moment(one.start).isoformat(),
        "generatorURL": "http://prometheus.example/graph",
    } | end


def _step(address: str, step: Step, bodies: "queue.Queue[bytes]") -> Iterator[Body]:
    """Post a step and yield each different webhook until all of its alerts were seen as they are now."""
    while not bodies.empty():
        bodies.get()
    post_alerts(address, [_alert(one, False) for one in step.firing] + [_alert(one, True) for one in step.ended])
    awaited = {(_identity(dict(one.labels)), "firing") for one in step.firing}
    awaited |= {(_identity(dict(one.labels)), "resolved") for one in step.ended}
    ours = {identity for identity, _ in awaited}
    seen: set[str] = set()
    while awaited:
        body = json.loads(bodies.get(timeout=_SECONDS_A_STEP))
        told = {(_identity(alert["labels"]), alert["status"]) for alert in body["alerts"]}
        text = json.dumps(body, sort_keys=True)
        if text not in seen and ours & {identity for identity, _ in told}:
            seen.add(text)
            awaited -= told
            yield body


def _identity(labels: dict[str, str]) -> str:
    return json.dumps(labels, sort_keys=True)


def main() -> None:
    """Record the whole night."""
    with listener(_KEPT) as (url, bodies), alertmanager(url) as address, RECORDING.open("w", encoding="utf-8") as file:
        for step in steps():
            for body in _step(address, step, bodies):
                file.write(json.dumps({"minute": step.minute, "body": body}, ensure_ascii=False) + "\n")
            print(f"minute {step.minute}")


if __name__ == "__main__":
    main()
