"""The digest is told to stop (SIGTERM) at each step: it gives its claim back, or the next pod marks its card."""

from collections.abc import Callable
from dataclasses import replace

from tests.faults.gate import Point
from tests.faults.phases import POSTED, phases
from tests.faults.stations import Station, Stations, another_job, at_both
from tests.faults.tally import Fault
from tests.ingest_process import wait_until

Report = Callable[[Fault], None]
CLAIM = "INSERT INTO digests AS d (capture_window_id,"
STOPPED = "Stopped before it was done; another run takes over."


def steps_of(station: Station) -> list[str]:
    station.night.begin()
    return station.steps("run")


def stopped(station: Station, point: Point, job: str) -> None:
    """Tell a run to stop at a point: it ends with 4 and one sentence, without a traceback."""
    ended = station.stop(point, "run", JOB_UID=job)
    assert (ended.code, ended.told.splitlines()[-1]) == (4, STOPPED), (point, ended.told)
    assert "Traceback" not in ended.told


def states(station: Station) -> list[str]:
    return [state for (state,) in station.night.rows("SELECT state FROM digests")]


def test_told_to_stop_before_the_post_the_claim_is_given_back_and_any_job_goes_on(
    both: Stations, report: Report
) -> None:
    def work(station: Station, at: list[Point]) -> int:
        station.night.begin()
        job = another_job()
        for point in at:
            stopped(station, point, job)
            if point.name != CLAIM:  # amid the claim itself, it may be left to the next pod of the Job
                assert states(station) in ([], ["failed"]), point
                job = another_job()
        assert station.night.repeats() == []
        assert station.run("run", JOB_UID=another_job()).code == 0
        assert station.night.repeats() == [False]
        station.night.assert_told_once()
        station.assert_nothing_more_is_sent()
        return 1

    names = steps_of(replace(both[0], whole=True))
    at = [point for point in phases(names).unsent if not point.after]
    cards = at_both((replace(both[0], whole=True), replace(both[1], whole=True)), at, work)
    report(
        Fault("Digest", "told to stop (SIGTERM) before each write and request until the card goes out",
              len(at), cards, 2 - cards, "exit code 4; the claim is given back, and another Job sends one card")
    )  # fmt: skip


def test_told_to_stop_while_the_card_is_on_its_way_the_next_pod_marks_it_or_need_not_send_it(
    both: Stations, report: Report
) -> None:
    def work(station: Station, at: list[Point]) -> int:
        cards = 0
        for point in at:
            station.night.begin()
            job = another_job()
            stopped(station, point, job)
            wait_until(lambda: len(station.night.teams.bodies) == 1)
            sent = states(station) == ["sent"]
            assert station.run("run", JOB_UID=job).code == 0
            assert station.night.repeats() == ([False] if sent else [False, True]), point
            station.night.assert_told_once()
            station.assert_nothing_more_is_sent()
            cards += len(station.night.teams.bodies)
        return cards

    found = phases(steps_of(both[0]))
    at = [Point(POSTED, 0, after) for after in (False, True)] + [point for point in found.taken if not point.after]
    cards = at_both(both, at, work)
    report(
        Fault("Digest", "told to stop between the post and its record", len(at), cards, 0,
              "exit code 4; the next pod sends a marked card, or sees that the first is on record")
    )  # fmt: skip
