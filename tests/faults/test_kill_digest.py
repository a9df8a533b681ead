"""The digest is killed before and after each write and each request: no card is missed, and a second one is marked."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.gate import Point
from tests.faults.phases import POSTED, SENDING, Phases, phases
from tests.faults.stations import Station, Stations, another_job, at_both
from tests.faults.tally import Fault

Report = Callable[[Fault], None]


@pytest.fixture(scope="module")
def killed_at(both: Stations) -> Phases:
    """Return where a run is killed: what it does undisturbed tells. The servers around are asked before it sends."""
    alone, whole = (steps_of(replace(both[0], whole=whole)) for whole in (False, True))
    asked = {name.partition("/")[0] for name in whole if name.startswith(("GET", "POST"))}
    servers = {f"GET {name}" for name in ("kubernetes", "alertmanager", "prometheus", "ollama")}
    assert asked == servers | {"POST ollama", "POST teams"}
    return replace(phases(alone), unsent=phases(whole).unsent)


def steps_of(station: Station) -> list[str]:
    station.night.begin()
    names = station.steps("run")
    station.night.assert_told_once()
    assert station.night.repeats() == [False]
    return names


def sent_totals(station: Station) -> list[int]:
    """Return how many cards the metrics count as sent."""
    of = "FROM metric_totals WHERE metric = 'alertgest_teams_delivery_total' AND labels->>'status' = 'sent'"
    return [int(value) for (value,) in station.night.rows(f"SELECT value {of}")]


def assert_told(station: Station, marked: list[bool], point: Point | None = None) -> None:
    assert station.night.repeats() == marked, point
    station.night.assert_told_once()
    assert sent_totals(station) == [1]
    station.assert_nothing_more_is_sent()


def one_after_the_other(station: Station, at: list[Point]) -> int:
    """Kill a run at each point, each time the one that took the digest over from the last; return the cards.

    By turns it is the next pod of the same Job, and the one of another Job, once the lease is over.
    """
    station.night.begin()
    job = another_job()
    for number, point in enumerate(at):
        station.kill(point, "run", JOB_UID=job)
        if number % 2:
            station.night.expire_leases()
            job = another_job()
    assert station.run("run", JOB_UID=job).code == 0
    assert_told(station, [False])
    return len(station.night.teams.bodies)


def each_in_a_night(station: Station, at: list[Point], marked: list[bool]) -> int:
    """Kill a run at each point, each in a night of its own, and let the next pod tell it; return the cards."""
    for number, point in enumerate(at):
        station.night.begin()
        job = another_job()
        station.kill(point, "run", JOB_UID=job)
        if number % 2:
            station.night.expire_leases()
            job = another_job()
        assert station.run("run", JOB_UID=job).code == 0
        assert_told(station, marked, point)
    return len(at) * len(marked)


def test_killed_before_the_card_is_on_its_way_a_later_run_sends_it_unmarked(
    both: Stations, killed_at: Phases, report: Report
) -> None:
    whole = (replace(both[0], whole=True), replace(both[1], whole=True))
    cards = at_both(whole, killed_at.unsent, one_after_the_other)
    report(
        Fault("Digest", "killed (SIGKILL) before and after each write and request until the card goes out",
              len(killed_at.unsent), cards, 2 - cards, "one card, sent by a later run")
    )  # fmt: skip


def test_killed_when_the_card_may_be_on_its_way_the_next_run_marks_it(
    both: Stations, killed_at: Phases, report: Report
) -> None:
    assert [point.name for point in killed_at.sending] == [SENDING, POSTED]
    cards = at_both(both, killed_at.sending, lambda station, at: each_in_a_night(station, at, [True]))
    report(
        Fault("Digest", "killed between the note that the card goes out and its arrival",
              len(killed_at.sending), cards, 2 - cards, "one card, marked as a possible repeat")
    )  # fmt: skip


def test_killed_before_the_post_is_on_record_the_second_card_is_marked(
    both: Stations, killed_at: Phases, report: Report
) -> None:
    cards = at_both(both, killed_at.taken, lambda station, at: each_in_a_night(station, at, [False, True]))
    report(
        Fault("Digest", "killed before and after each write between the card's arrival and its record",
              len(killed_at.taken), cards, 2 * len(killed_at.taken) - cards, "two cards, the second marked")
    )  # fmt: skip


def test_killed_once_the_post_is_on_record_nothing_is_sent_again(
    both: Stations, killed_at: Phases, report: Report
) -> None:
    cards = at_both(both, killed_at.recorded, one_after_the_other)
    report(
        Fault("Digest", "killed before and after each write that tidies up afterwards",
              len(killed_at.recorded), cards, 2 - cards, "one card, and no second one")
    )  # fmt: skip
