"""In the place of an Alertmanager that never rests: one alert after the other, each until it is acknowledged.

It starts with ``python -m tests.cluster.standins.sender URL``. ``GET /`` returns ``{"acknowledged": [names],
"refused": [names], "tries": n}``: acknowledged by 200, refused by 4xx, and how often it had to ask.
"""

import json
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

from tests.serving import answer_json, serving

PAUSE_SECONDS = 0.1


@dataclass
class Sent:
    """What became of the alerts."""

    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tries: int = 0


def send(url: str, sent: Sent) -> None:
    """Send one alert after the other, for ever."""
    number = 0
    while True:
        number += 1
        name = f"Flow{number:05d}"
        body = json.dumps(_webhook(name)).encode()
        while not _settled(url, name, body, sent):
            time.sleep(PAUSE_SECONDS)
        time.sleep(PAUSE_SECONDS)


def _settled(url: str, name: str, body: bytes, sent: Sent) -> bool:
    """Try once; say whether there is no need to try again."""
    sent.tries += 1
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            sent.acknowledged.append(name)
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            return False
        sent.refused.append(name)
    except OSError:
        return False
    return True


def _webhook(name: str) -> object:
    labels = {"alertname": name, "severity": "warning", "sender": "flow"}
    alert = {"status": "firing", "labels": labels, "annotations": {}, "startsAt": datetime.now(UTC).isoformat(),
             "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": f"{int(name[4:]):016x}"}  # fmt: skip
    return {"version": "4", "groupKey": f'{{}}:{{alertname="{name}"}}', "truncatedAlerts": 0, "status": "firing",
            "receiver": "alertgest", "groupLabels": labels, "commonLabels": labels, "commonAnnotations": {},
            "externalURL": "http://sender", "alerts": [alert]}  # fmt: skip


def main() -> None:
    """Send until told to stop."""
    sent = Sent()
    threading.Thread(target=send, args=(sys.argv[1], sent), daemon=True).start()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer_json(self, 200, asdict(sent))

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with serving(Handler, at=("0.0.0.0", 8080)):  # noqa: S104 - a pod serves its cluster
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
