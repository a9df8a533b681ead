"""Two real Alertmanagers with the same alerts, killed and cut off: each episode is one row, as it was acknowledged."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from demo.record import post_alerts
from tests.faults.recording import Episode, Recording, recording
from tests.faults.tally import Fault
from tests.ingest_process import IngestProcess, wait_until
from tests.monitoring import Process, alertmanager_pair

WHERE = "Between Alertmanager and the receiver"
STARTED = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
HORIZONS = 2
"""Ten minutes are two flushes of five minutes; here a flush is given up after ten seconds, the least that there is."""
GIVEN_UP = HORIZONS * 2 + 1
"""Flushes of each Alertmanager: two groups fail in each horizon, and one, which has ended since, in the first only."""
PATIENCE_SECONDS = 90


@dataclass(frozen=True)
class Scene:
    """A pair, the receiver, and what went between them."""

    pair: tuple[Process, Process]
    receiver: IngestProcess
    recording: Recording
    database: str

    def post(self, *names: str, ended: bool = False) -> None:
        """Let alerts fire, or end, as Prometheus tells each Alertmanager that it reaches."""
        now = datetime.now(UTC)
        end = (now if ended else now + timedelta(hours=1)).isoformat(timespec="milliseconds")
        alerts = [{"labels": {"alertname": name}, "startsAt": STARTED.isoformat(), "endsAt": end} for name in names]
        for one in self.pair:
            post_alerts(one.url, alerts)

    def wait_for(self, status: str, names: Iterable[str]) -> None:
        """Wait until alerts of these names were told with a status and acknowledged."""
        wait_until(lambda: self.recording.names(status) >= set(names), PATIENCE_SECONDS)

    def rows(self) -> dict[Episode, datetime | None]:
        """Return the episodes of the database with their ends; raises AssertionError where a state is another."""
        sql = "SELECT fingerprint, starts_at, ends_at, status, alertname FROM alerts"
        with psycopg.connect(self.database) as conn:
            rows = conn.execute(sql).fetchall()
        assert [row[3] for row in rows] == ["resolved" if row[2] else "firing" for row in rows]
        assert len({row[4] for row in rows}) == len(rows), "an alert is two episodes"
        return {(row[0], row[1]): row[2] for row in rows}

    def missing(self) -> int:
        """Return how many episodes are not in the database as they were acknowledged."""
        acknowledged, rows = self.recording.acknowledged(), self.rows()
        return sum(rows.get(key, "none") != end for key, end in acknowledged.items())


def configuration(url: str) -> dict[str, Any]:
    route = {"receiver": "alertgest", "group_by": ["alertname"], "group_wait": "0s", "group_interval": "1s"}
    sent = {"url": f"{url}/api/v1/alerts", "send_resolved": True}
    receivers = [{"name": "alertgest", "webhook_configs": [sent]}]
    return {"route": route | {"repeat_interval": "1h"}, "receivers": receivers}


@pytest.fixture
def scene(database: str, tmp_path: Path) -> Iterator[Scene]:
    receiver = IngestProcess(database)
    try:
        receiver.start()
        with recording(receiver.address) as proxy, alertmanager_pair(tmp_path / "am", configuration(proxy.url)) as pair:
            wait_until(lambda: all(peers(one) == 2 for one in pair))
            yield Scene(pair, receiver, proxy, database)
    finally:
        receiver.end()


def peers(one: Process) -> int:
    status = requests.get(f"{one.url}/api/v2/status", timeout=5).json()["cluster"]
    return len(status["peers"]) if status["status"] == "ready" else 0


def given_up(one: Process) -> float:
    """Return how many flushes to the webhook an Alertmanager has given up."""
    text = requests.get(f"{one.url}/metrics", timeout=5).text
    found = re.findall(
        r'^alertmanager_notifications_failed_total\{integration="webhook".*\} (\S+)$', text, re.MULTILINE
    )
    return sum(map(float, found))


def test_each_of_a_pair_is_killed_and_then_both(scene: Scene, report: Callable[[Fault], None]) -> None:
    names = [f"Round{number}" for number in range(4)]
    scene.post(names[0], "Throughout")
    scene.wait_for("firing", [names[0], "Throughout"])
    for number, killed in enumerate((scene.pair[:1], scene.pair[1:], scene.pair), 1):
        for one in killed:
            one.kill()
        for one in killed:
            one.start()
        scene.post(names[number], "Throughout")
        scene.wait_for("firing", [names[number]])
        scene.post(names[number], ended=True)
        scene.wait_for("resolved", [names[number]])
    wait_until(lambda: not scene.missing())
    missing = scene.missing()
    assert missing == 0
    ends = {name: end is not None for name, end in named(scene).items()}
    assert ends == {"Throughout": False, "Round0": False, "Round1": True, "Round2": True, "Round3": True}
    report(
        Fault(WHERE, "each of a pair of Alertmanagers killed, then both", 4, len(ends), missing,
              "each alert is one episode in the state that was told last")
    )  # fmt: skip


def named(scene: Scene) -> dict[str, datetime | None]:
    with psycopg.connect(scene.database) as conn:
        return dict(conn.execute("SELECT alertname, ends_at FROM alerts").fetchall())


def test_the_receiver_is_away_for_longer_than_alertmanager_tries(scene: Scene, report: Callable[[Fault], None]) -> None:
    scene.post("Throughout", "EndsMeanwhile")
    scene.wait_for("firing", ["Throughout", "EndsMeanwhile"])
    before = [given_up(one) for one in scene.pair]
    scene.receiver.kill()
    scene.post("BeginsMeanwhile", "ComesAndGoes")
    scene.post("EndsMeanwhile", "ComesAndGoes", ended=True)
    wait_until(
        lambda: all(given_up(one) >= was + GIVEN_UP for one, was in zip(scene.pair, before, strict=True)),
        PATIENCE_SECONDS,
    )
    scene.receiver.start()
    scene.wait_for("firing", ["BeginsMeanwhile"])
    scene.wait_for("resolved", ["EndsMeanwhile"])
    wait_until(lambda: not scene.missing())
    missing = scene.missing()
    assert missing == 0
    assert scene.recording.unanswered() >= 2 * GIVEN_UP
    assert {name: end is not None for name, end in named(scene).items()} == {
        "Throughout": False, "BeginsMeanwhile": False, "EndsMeanwhile": True,
    }  # fmt: skip
    report(
        Fault(WHERE, "receiver away for 10 minutes (scaled: two flushes of 10 s given up, not of 5 min)", 1, 3, missing,
              "told afterwards: what fires, and ends of what was told before; never told: what came and went")
    )  # fmt: skip
