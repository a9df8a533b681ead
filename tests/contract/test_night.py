"""The recorded night through the real receiver: each number is explained, and no order of messages changes a byte.

By hand, from ``demo/night.py`` (18:00 to 08:00, seen at 08:00):

| group | episodes | series | at 08:00 | minutes of firing |
| --- | --- | --- | --- | --- |
| KubePersistentVolumeFillingUp | 1 | 1 | fires since 03:00 | 300 |
| KubePodCrashLooping (page, an alias of critical) | 1 | 1 | fires since 04:12 | 228 |
| CertificateExpiringSoon | 1 | 1 | fires since 06:00 | 120 |
| KubeJobFailed | 1 | 1 | stale: from 18:10, last heard of at 18:30, 13.5 h before | 20 |
| KubePodNotReady | 300 | 300 | cleared, 02:30 to 02:50 | 20 |
| KubeDeploymentReplicasMismatch | 1 | 1 | cleared, 15:00 to 19:00, an hour of it in the night | 60 |
| KubeNodeNotReady | 1 | 1 | cleared, 01:00 to 01:35 | 35 |
| TargetDown | 1 | 1 | cleared, 01:02 to 01:34 | 32 |
| KubeDaemonSetRolloutStuck | 1 | 1 | cleared, 01:10 to 01:40 | 30 |
| BackupDelayed (an unknown severity) | 1 | 1 | cleared, 22:05 to 22:25 | 20 |
| CPUThrottlingHigh | 5 | 1 | cleared, five times ten minutes | 50 |
"""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from demo.record import RECORDING
from demo.replay import Message, Replay, load, play
from demo.run import ingest
from digest.facts import Capture, Facts, Period
from digest.facts_json import to_text
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.fingerprint import fingerprint
from tests.ingest_process import free_ports

EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=14)
MESSAGES = load(RECORDING, EVENING)


@pytest.fixture
def replay(database: str, tmp_path: Path) -> Iterator[Replay]:
    clock = Replay("", tmp_path / "clock")
    clock.set_clock(EVENING)
    environ = {"DATABASE_URL": database, "DEMO_CLOCK": str(clock.clock_file), "CAPTURE_WINDOW_DAYS": "daily"}
    with ingest(os.environ | environ | free_ports()) as url:
        yield Replay(url, clock.clock_file)


def facts(url: str) -> Facts:
    settings = read_settings({"DATABASE_URL": url}).alerts
    with connect(url) as conn, conn.transaction():
        return read_facts(conn, Period(EVENING, MORNING, MORNING, "UTC"), settings, "scheduled")


def test_each_number_of_the_night_is_the_one_worked_out_by_hand(database: str, replay: Replay) -> None:
    play(MESSAGES, replay, lambda _: None)
    night = facts(database)
    assert [
        (group.alertname, group.total_occurrences, group.series_count, group.attention, group.firing_seconds // 60)
        for group in night.groups
    ] == [
        ("KubePersistentVolumeFillingUp", 1, 1, "firing", 300),
        ("KubePodCrashLooping", 1, 1, "firing", 228),
        ("CertificateExpiringSoon", 1, 1, "firing", 120),
        ("KubeJobFailed", 1, 1, "stale", 20),
        ("KubePodNotReady", 300, 300, None, 20),
        ("KubeDeploymentReplicasMismatch", 1, 1, None, 60),
        ("KubeNodeNotReady", 1, 1, None, 35),
        ("TargetDown", 1, 1, None, 32),
        ("KubeDaemonSetRolloutStuck", 1, 1, None, 30),
        ("BackupDelayed", 1, 1, None, 20),
        ("CPUThrottlingHigh", 5, 1, None, 50),
    ]
    # 10 groups of one series and one of 300; 9 single episodes, 300 and 5.
    totals = night.totals
    assert (totals.occurrences, totals.series, totals.firing, totals.stale, totals.resolved) == (314, 310, 3, 1, 306)
    assert [(beat.alertname, beat.alive) for beat in night.heartbeats] == [("Watchdog", True)]
    assert {pattern.kind for pattern in night.patterns} == {"storm", "same_node", "flapping"}
    assert next(group.summary for group in night.groups if group.severity == "sev-high").endswith("备份延迟 🐢")


def test_any_order_repeats_and_two_alertmanagers_give_the_same_facts_to_the_byte(database: str, replay: Replay) -> None:
    shuffled = random.Random(7).sample(MESSAGES, len(MESSAGES))
    orders: list[list[Message]] = [
        MESSAGES,
        MESSAGES[::-1],
        shuffled,
        [message for message in MESSAGES for _ in range(2)],
        MESSAGES + shuffled,
    ]
    seen = set()
    for order in orders:
        with psycopg.connect(database) as conn:
            conn.execute("DELETE FROM alerts")
            conn.execute("DELETE FROM webhook_deliveries")
        play(order, replay, lambda _: None)
        night = facts(database)
        seen.add(to_text(replace(night, capture=_of_things(night.capture))))
    assert len(seen) == 1


def _of_things(capture: Capture) -> Capture:
    """Return what does not count deliveries, nor the minutes of a clock that jumps."""
    return Capture(capture.received, capture.truncated_alerts, capture.quarantined)


def test_the_fingerprints_that_alertmanager_sent_are_the_ones_that_we_compute() -> None:
    alerts = [alert for message in MESSAGES for alert in message.body["alerts"]]
    assert {alert["fingerprint"] for alert in alerts} == {fingerprint(alert["labels"]) for alert in alerts}
    assert len(alerts) > 300
