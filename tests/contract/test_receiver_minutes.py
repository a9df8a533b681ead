"""What the real receiver keeps of its minutes, under a replayed clock, whatever happens to it or to the database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from demo.postgres import Cluster, cluster
from demo.replay import Replay
from digest.facts import Facts, Period
from digest.health.model import NEVER, Absence, Refusal, Span
from digest.health.words import capture_line
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.migrate import migrate
from tests.frozen import frozen
from tests.ingest_process import alert, free_ports, wait_until, wait_until_answers, webhook
from tests.rows import at

TOKENS = "prod=s3cret"
GOOD, WRONG = ({"Authorization": f"Bearer {token}"} for token in ("s3cret", "guessed"))
WATCHDOG = webhook(alert("Watchdog", "2026-07-01T12:00:00Z", severity="none"))
_END_SECONDS = 15
"""The grace that a pod has to end is 30 s; twenty of them belong to requests."""


@dataclass(frozen=True)
class Running:
    """A receiver, its clock, and how it ends."""

    address: str
    process: "subprocess.Popen[bytes]"
    clock: Replay

    def post(self, clock: str, body: object = WATCHDOG, headers: dict[str, str] = GOOD) -> int:
        """Post at a time of the night, HH:MM, and return the status code."""
        self.clock.set_clock(at(clock))
        return requests.post(f"{self.address}/api/v1/alerts", json=body, headers=headers, timeout=10).status_code

    def live(self, start: str, end: str) -> None:
        """Let the minutes of a part of the night pass."""
        with requests.Session() as session:
            Replay(f"{self.address}/", self.clock.clock_file).pass_time(at(start), at(end), session)


@contextmanager
def receiver(database_url: str, home: Path, clock: str = "18:00") -> Iterator[Running]:
    """Run the receiver from a time of the night on; it is ended gracefully unless it has ended."""
    replay = Replay("", home / "clock")
    replay.set_clock(at(clock))
    ports = free_ports()
    ours = {"DATABASE_URL": database_url, "DEMO_CLOCK": str(replay.clock_file), "AUTH_TOKENS": TOKENS}
    command = [sys.executable, "-m", "demo.programs", "ingest", "serve"]
    process = subprocess.Popen(command, env=os.environ | ours | ports, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{ports['APP_PORT']}"
        wait_until_answers(f"{address}/ready")
        yield Running(address, process, replay)
    finally:
        process.terminate()
        process.wait(30)


def rows(url: str) -> list[tuple[Any, ...]]:
    sql = "SELECT to_char(minute, 'HH24:MI'), answers, database_away FROM receiver_minutes ORDER BY minute, receiver"
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        return conn.execute(sql).fetchall()


def facts(url: str, end: str) -> Facts:
    settings = read_settings({"DATABASE_URL": url}).alerts
    with connect(url) as conn, conn.transaction():
        return read_facts(conn, Period(at("18:00"), at("08:00"), at(end), "UTC"), settings, "adhoc")


def away(start: str, end: str) -> Absence:
    return Absence((Span(at(start), at(end)),), 0, int((at(end) - at(start)).total_seconds()))


@pytest.fixture
def server() -> Iterator[Cluster]:
    with cluster() as running:
        with psycopg.connect(running.server.url("postgres"), autocommit=True) as conn:
            migrate(conn)
        yield running


def test_each_minute_is_told_at_its_begin_and_when_it_is_over(database: str, tmp_path: Path) -> None:
    with receiver(database, tmp_path) as running:
        wait_until(lambda: rows(database) == [("18:00", {}, False)])
        codes = [running.post("18:00", *given) for given in ((), (WATCHDOG, WRONG), ("no webhook",), ())]
        assert codes == [200, 401, 400, 200]
        running.clock.set_clock(at("18:01"))
        answers = {"200": 2, "400": 1, "401": 1}
        wait_until(lambda: rows(database) == [("18:00", answers, False), ("18:01", {}, False)])


def test_a_graceful_end_tells_the_last_minute(database: str, tmp_path: Path) -> None:
    with receiver(database, tmp_path) as running:
        assert running.post("18:07") == 200
    assert rows(database)[-1] == ("18:07", {"200": 1}, False)


def test_a_night_with_a_refused_sender_and_a_steady_heartbeat_in_one_line(database: str, tmp_path: Path) -> None:
    with receiver(database, tmp_path) as running:
        for clock, following in (("18:00", "18:05"), ("18:05", "18:10"), ("18:10", "18:15"), ("18:15", "18:20")):
            assert (running.post(clock), running.post(clock, WATCHDOG, WRONG)) == (200, 401)
            running.live(clock, following)
    night = facts(database, "18:20")
    assert (night.capture.refused, night.capture.minutes_known) == ((Refusal(401, 4),), 20)
    assert capture_line(night) == "Capture: 4 webhooks, 4 refused (401); heartbeat every 5 min without a gap."


def test_a_receiver_that_was_killed_was_away_until_the_next_one_lived(database: str, tmp_path: Path) -> None:
    with receiver(database, tmp_path) as running:
        running.live("18:00", "18:30")
        assert running.post("18:30") == 200
        wait_until(lambda: rows(database)[-1][0] == "18:30")
        running.process.kill()
        running.process.wait(30)
    with receiver(database, tmp_path, clock="18:45") as running:
        running.live("18:45", "19:00")
    capture = facts(database, "19:00").capture
    assert (capture.webhooks, capture.receiver_away, capture.database_away) == (1, away("18:31", "18:45"), NEVER)


def test_of_two_receivers_one_may_be_away(database: str, tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("a", "b")]
    for home in homes:
        home.mkdir()
    with receiver(database, homes[0]) as first, receiver(database, homes[1], clock="18:05") as second:
        first.live("18:00", "18:10")
        second.live("18:05", "18:20")
        assert [first.post("18:10"), second.post("18:19")] == [200, 200]
        first.live("18:18", "18:25")
    with connect(database) as conn:
        assert conn.execute("SELECT count(DISTINCT receiver) FROM receiver_minutes").fetchone() == (2,)
    assert facts(database, "18:25").capture.receiver_away == NEVER


def test_that_the_database_was_away_is_told_once_it_is_back(server: Cluster, tmp_path: Path) -> None:
    url = server.server.url("postgres")
    with receiver(url, tmp_path) as running:
        running.live("18:00", "18:10")
        assert running.post("18:10") == 200
        wait_until(lambda: rows(url)[-1][0] == "18:10")
        os.kill(server.pid(), signal.SIGKILL)
        assert [running.post(clock) for clock in ("18:11", "18:12", "18:13", "18:14")] == [503] * 4
        running.clock.set_clock(at("18:15"))
        server.restart_after_kill()
        wait_until(lambda: running.post("18:15") == 200)
        running.live("18:15", "18:20")
    capture = facts(url, "18:20").capture
    assert (capture.receiver_away, capture.database_away) == (NEVER, away("18:11", "18:15"))
    told = {clock: answers for clock, answers, _ in rows(url)}
    assert [told[clock]["503"] for clock in ("18:11", "18:12", "18:13", "18:14")] == [1] * 4
    assert (told["18:10"], told["18:15"]["200"]) == ({"200": 1}, 1)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found by /proc, on Linux")
def test_a_silent_database_neither_stops_the_round_nor_delays_the_end(server: Cluster, tmp_path: Path) -> None:
    url = server.server.url("postgres")
    with receiver(url, tmp_path) as running:
        running.live("18:00", "18:05")
        wait_until(lambda: rows(url)[-1][0] >= "18:04")
        with frozen(server):
            assert [running.post(clock) for clock in ("18:05", "18:06", "18:07")] == [503] * 3
            running.clock.set_clock(at("18:08"))
        wait_until(lambda: running.post("18:08") == 200)
        wait_until(lambda: rows(url)[-1][0] == "18:08")
        assert facts(url, "18:08").capture.database_away == away("18:05", "18:08")
        with frozen(server):
            begun = time.monotonic()
            running.process.terminate()
            running.process.wait(30)
            assert time.monotonic() - begun < _END_SECONDS
