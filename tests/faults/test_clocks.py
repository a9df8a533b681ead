"""Clocks that are hours apart or jump: each window has one card, unmarked, and each acknowledged alert is counted."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import requests

from demo.replay import Replay
from demo.run import ingest
from tests.faults.closed_night import MORNING
from tests.faults.gate import Point, Steps
from tests.faults.phases import POSTED
from tests.faults.stations import Station, Stations
from tests.faults.tally import Fault
from tests.ingest_process import alert, free_ports, wait_until, webhook
from tests.receiver import receiver
from tests.rows import at, episode

Report = Callable[[Fault], None]
HOURS, DAY = timedelta(hours=5), timedelta(days=1)
WINDOWS = "SELECT to_char(window_end AT TIME ZONE 'UTC', 'DD HH24:MI'), status FROM capture_windows ORDER BY window_end"
ALONE = [("02 08:00", "digest_sent"), ("03 08:00", "active")]
EACH = 20


def tell(station: Station, now: datetime) -> None:
    assert station.pod.run(station.night.environ(), "run", now=now).code == 0


@pytest.mark.parametrize("apart", [HOURS, -HOURS])
def test_two_pods_whose_clocks_are_apart_send_one_card(both: Stations, report: Report, apart: timedelta) -> None:
    station, steps = both[0], Steps(Point(POSTED, 0, after=False))
    station.night.begin()
    station.night.forget_earlier()
    with station.night.reached(steps) as environ:
        station.pod.start(environ, "run", now=MORNING)
        steps.wait_until_held()
        station.other.start(station.night.environ(), "run", now=MORNING + apart)
        wait_until(station.other.waits_or_has_ended, 100)
        steps.let_pass()
        assert (station.pod.end().code, station.other.end().code) == (0, 0)
    assert station.night.repeats() == [False]
    assert station.night.rows(WINDOWS) == ALONE
    whose = "ahead" if apart > timedelta() else "behind"
    report(
        Fault("Clocks", f"a second pod's clock is five hours {whose}, the database's months", 1, 1, 0, "one card")
    )  # fmt: skip


def test_a_clock_that_goes_back_over_the_end_of_a_window_tells_no_window_twice_and_misses_none(
    both: Stations, report: Report
) -> None:
    station = both[0]
    station.night.begin()
    for now in (MORNING, MORNING - HOURS, MORNING - timedelta(minutes=6), MORNING):
        tell(station, now)
    assert station.night.repeats() == [False]
    for now in (MORNING + DAY, MORNING + DAY - HOURS, MORNING, MORNING + DAY):
        tell(station, now)
    assert station.night.repeats() == [False, False]
    assert station.night.rows(WINDOWS) == [
        ("01 08:00", "skipped"),
        ("02 08:00", "digest_sent"),
        ("03 08:00", "digest_sent"),
        ("04 08:00", "active"),
    ]
    report(Fault("Clocks", "goes back over the end of a window between two runs", 4, 2, 0, "one card for each window"))


def test_a_clock_that_is_behind_tells_the_window_once_it_is_right(both: Stations, report: Report) -> None:
    station = both[0]
    station.night.begin()
    station.night.forget_earlier()
    tell(station, MORNING - HOURS)
    assert station.night.repeats() == []
    tell(station, MORNING)
    assert station.night.repeats() == [False]
    assert station.night.rows(WINDOWS) == ALONE
    report(Fault("Clocks", "the digest's is five hours behind, then right", 1, 1, 0, "no card, then the card"))


def test_a_clock_that_is_ahead_tells_too_early_and_the_next_card_has_what_came_later(
    both: Stations, report: Report
) -> None:
    station = both[0]
    station.night.begin()
    tell(station, MORNING)  # in truth it is five hours earlier
    with psycopg.connect(station.night.url) as conn:
        episode(conn, "After", "06:00", "06:10")
    tell(station, MORNING + DAY)
    assert station.night.repeats() == [False, False]
    told = "SELECT a.alertname, t.late, count(*) FROM digest_alerts t JOIN alerts a ON a.id = t.alert_id GROUP BY 1, 2"
    assert sorted(station.night.rows(told)) == [("After", True, 1), ("Crash", False, 1)]
    report(Fault("Clocks", "the digest's is hours ahead: it tells a window that is open", 1, 2, 0,
                 "one card for each window; what came later is told as late in the next"))  # fmt: skip


@pytest.fixture
def replay(database: str, tmp_path: Path) -> Iterator[Replay]:
    """Run the receiver on a clock that the test sets; it begins at 18:00."""
    clock = Replay("", tmp_path / "clock")
    clock.set_clock(at("18:00"))
    environ = {"DATABASE_URL": database, "DEMO_CLOCK": str(clock.clock_file), "CAPTURE_WINDOW_DAYS": "daily"}
    with ingest(os.environ | environ | free_ports()) as url:
        yield Replay(url, clock.clock_file)


def post(replay: Replay, clock: str, start: str, end: str, numbers: range) -> int:
    """Post an alert for each number at a time of the receiver's clock; return how many were acknowledged."""
    replay.set_clock(at(clock))
    until = at(end).isoformat() if end else "0001-01-01T00:00:00Z"
    some = [alert("Jump", at(start).isoformat(), until, severity="critical", number=str(one)) for one in numbers]
    requests.post(replay.url, json=webhook(*some), timeout=30).raise_for_status()
    return len(some)


def test_alerts_that_come_while_the_receivers_clock_jumps_back_are_kept_and_counted(
    both: Stations, replay: Replay, database: str, report: Report
) -> None:
    before, after = range(EACH), range(EACH, 2 * EACH)
    acknowledged = post(replay, "22:00", "21:50", "", before)
    acknowledged += post(replay, "21:00", "22:05", "", after)  # for the receiver, they begin in an hour
    post(replay, "21:05", "21:50", "22:10", before)
    post(replay, "21:06", "22:05", "22:11", after)
    with receiver() as teams:
        station = both[0]
        ours = station.night.environ() | {"DATABASE_URL": database, "TEAMS_WEBHOOK_URL": teams.url}
        assert station.pod.run(ours, "run", now=MORNING).code == 0
        assert len(teams.bodies) == 1
    with psycopg.connect(database) as conn:
        kept = conn.execute("SELECT status, count(*) FROM alerts GROUP BY 1 ORDER BY 1").fetchall()
        told = conn.execute("SELECT state, count(*) FROM digest_alerts GROUP BY 1 ORDER BY 1").fetchall()
        night = conn.execute("SELECT occurrences, series FROM night_rollups").fetchall()
    assert kept == [
        ("firing", EACH),
        ("resolved", EACH),
    ]  # a clear that seems older than the news of firing is no clear
    assert told == kept
    assert night == [(acknowledged, acknowledged)]
    report(
        Fault("Clocks", "the receiver's goes back an hour while alerts fire and clear", 1, acknowledged, 0,
              "every alert is kept and counted on the card; what cleared after the jump is told as firing")
    )  # fmt: skip
