"""The receiver's clock jumps under load: everything is kept, and was received when the clock said so."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import requests

from demo.replay import Replay
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import IngestProcess, alert, wait_until, webhook

EVENING = datetime(2026, 7, 1, 20, tzinfo=UTC)
AN_HOUR_BACK, A_DAY_ON = EVENING - timedelta(hours=1), EVENING + timedelta(days=1)
JUMPS = (EVENING, AN_HOUR_BACK, A_DAY_ON, EVENING)
NIGHTS = {
    (EVENING.replace(hour=18) + timedelta(days=day), EVENING.replace(hour=8) + timedelta(days=day + 1))
    for day in (0, 1)
}


class Clocked:
    """A receiver whose clock is a file."""

    def __init__(self, database: str, folder: Path, **settings: str) -> None:
        """Start nothing yet; it is eight in the evening."""
        clock = folder / "clock"
        nightly = {"CAPTURE_WINDOW_DAYS": "daily", "CAPTURE_WINDOW_TIMEZONE": "UTC"}
        nightly |= {"CAPTURE_WINDOW_START": "18:00", "CAPTURE_WINDOW_END": "08:00", "DEMO_CLOCK": str(clock)}
        program = ("-m", "demo.programs", "ingest")
        self.process = IngestProcess(database, Path(os.devnull), program, **nightly, **settings)
        self._replay = Replay(self.process.address, clock)
        self.turn(EVENING)

    def turn(self, moment: datetime) -> None:
        """Let the clock say something else from now on."""
        self._replay.set_clock(moment)


@pytest.fixture
def clocked(database: str, tmp_path: Path) -> Iterator[Clocked]:
    made = Clocked(database, tmp_path, CAPTURE_OUTSIDE_WINDOW="store")
    try:
        made.process.start()
        wait_until(lambda: len(windows(database)) == 1)
        yield made
    finally:
        made.process.end()


def windows(database: str) -> set[tuple[datetime, datetime]]:
    with psycopg.connect(database) as conn:
        return set(conn.execute("SELECT window_start, window_end FROM capture_windows").fetchall())


def test_the_clock_jumps_back_an_hour_and_on_a_day(
    database: str, clocked: Clocked, report: Callable[[Fault], None]
) -> None:
    with senders(clocked.process.address) as load:
        for moment in JUMPS:
            clocked.turn(moment)
            load.wait_for_more(50)
        clocked.turn(A_DAY_ON)
        clocked.process.kill()
        clocked.process.start()
        wait_until(lambda: len(windows(database)) == 2)
        load.wait_for_more(50)
    missing = load.missing(database)
    assert missing == frozenset()
    assert load.codes <= {"200", "503"}
    assert windows(database) == NIGHTS
    with psycopg.connect(database) as conn:
        received = {row[0] for row in conn.execute("SELECT DISTINCT received_at FROM alerts")}
        assert received == set(JUMPS)
        placed = "SELECT DISTINCT a.received_at, w.window_start FROM alerts a JOIN capture_windows w ON"
        assert set(conn.execute(f"{placed} w.id = a.capture_window_id").fetchall()) == {
            (AN_HOUR_BACK, EVENING.replace(hour=18)),
            (EVENING, EVENING.replace(hour=18)),
            (A_DAY_ON, A_DAY_ON.replace(hour=18)),
        }
    report(
        Fault("Receiver", "its clock jumps back an hour and on a day under load", len(JUMPS), len(load.acknowledged),
              len(missing), "received when the clock said so, in the window of that time")
    )  # fmt: skip


def test_where_the_day_is_dropped_an_alert_of_the_night_is_kept_before_the_row_of_its_window_is_made(
    database: str, tmp_path: Path
) -> None:
    clocked = Clocked(database, tmp_path, CAPTURE_OUTSIDE_WINDOW="discard")
    try:
        clocked.process.start()
        wait_until(lambda: len(windows(database)) == 1)
        clocked.turn(A_DAY_ON)
        body = webhook(alert("Night", "2026-07-02T20:00:00Z"))
        answer = requests.post(f"{clocked.process.address}/api/v1/alerts", json=body, timeout=10)
        assert answer.json() == {"new": 1, "merged": 0, "discarded": 0, "quarantined": 0}
    finally:
        clocked.process.end()
