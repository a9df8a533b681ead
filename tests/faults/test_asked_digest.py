"""A digest on request, and one that is sent again by hand, are killed: a second card for the same wish is marked."""

from collections.abc import Callable

from tests.faults.closed_night import MORNING
from tests.faults.gate import Point
from tests.faults.phases import POSTED, phases
from tests.faults.stations import Station, Stations, another_job, at_both, points
from tests.faults.tally import Fault
from tests.receiver import Answer

Report = Callable[[Fault], None]
TOLD = "SELECT status, alert_count FROM capture_windows ORDER BY window_start"
FAILED = "SELECT id::text FROM digests WHERE state = 'failed'"


ONE = "SELECT kind, state FROM digests"


def at_each(station: Station, at: list[Point], *, job: str) -> None:
    """Kill pods of a Job made by hand, each at a point, and let the last one go on; another one has nothing to do."""
    station.night.begin()
    for point in at:
        station.kill(point, "run", DIGEST_KIND="adhoc", JOB_UID=job)
    assert station.run("run", DIGEST_KIND="adhoc", JOB_UID=job).code == 0
    assert station.night.rows(ONE) == [("adhoc", "sent")], at
    before = len(station.night.teams.bodies)
    assert station.run("run", DIGEST_KIND="adhoc", JOB_UID=job).code == 0
    assert len(station.night.teams.bodies) == before


def test_a_job_made_by_hand_sends_one_card_or_marks_the_second(both: Stations, report: Report) -> None:
    both[0].night.begin()
    found = phases(both[0].steps("run", DIGEST_KIND="adhoc"))

    def together(station: Station, at: list[Point]) -> int:
        at_each(station, at, job=another_job())
        assert station.night.repeats() == [False]
        return 1

    def each(station: Station, at: list[Point], marked: list[bool]) -> int:
        for point in at:
            at_each(station, [point], job=another_job())
            assert station.night.repeats() == marked, point
        return len(at) * len(marked)

    cards = at_both(both, found.unsent, together)
    cards += at_both(both, found.sending, lambda station, at: each(station, at, [True]))
    cards += at_both(both, found.taken, lambda station, at: each(station, at, [False, True]))
    cards += at_both(both, found.recorded[:2], lambda station, at: each(station, at, [False]))
    kills = len(found.unsent) + len(found.sending) + len(found.taken) + 2
    report(
        Fault("Digest", "killed while it makes a digest on request, before and after each write and the post",
              kills, cards, 0, "the next pod of the Job sends the card, marks a second one, or sends none")
    )  # fmt: skip


def refused(station: Station) -> str:
    """Let the card of a night without an earlier window be refused; return the id of its digest."""
    station.night.begin()
    station.night.forget_earlier()
    station.night.teams.answers[:] = [Answer(400)]
    assert station.run("run").code == 5
    station.night.teams.bodies.clear()
    ((digest_id,),) = station.night.rows(FAILED)
    return str(digest_id)


def test_a_digest_that_is_sent_again_by_hand_is_sent_once_or_the_runs_card_is_marked(
    both: Stations, report: Report
) -> None:
    names = both[0].steps("resend", refused(both[0]))
    mark, posted, recorded = 0, names.index(POSTED), names.index("COMMIT")
    assert 0 == mark < posted < recorded == len(names) - 1
    at = points(names)

    def cards(place: int) -> list[bool]:
        """Return what comes of a kill there: 0 is before the first step, 1 after it, and so on."""
        by_hand = [False] if place > 2 * posted else []
        by_the_run = [place > 2 * mark] if place <= 2 * recorded else []
        return by_hand + by_the_run

    def work(station: Station, at: list[Point]) -> int:
        for point in at:
            station.kill(point, "resend", refused(station))
            assert station.run("run").code == 0
            assert station.night.repeats() == cards(2 * names.index(point.name) + point.after), point
            assert station.night.rows(TOLD) == [("digest_sent", 1), ("active", 0)]
            assert station.night.rows("SELECT groups, occurrences FROM night_rollups") == [(1, 1)]
            station.assert_nothing_more_is_sent()
        return sum(len(station.night.repeats()) for _ in at[-1:])

    assert len(set(names)) == len(names)
    at_both(both, at, work)
    every = sum(len(cards(place)) for place in range(len(at)))
    report(
        Fault("Digest", "killed while it sends a digest again by hand, before and after each write and the post",
              len(at), every, 0, "the next run sends the card, marked where the one by hand may have come")
    )  # fmt: skip


def test_one_that_is_refused_again_by_hand_leaves_no_mark(both: Stations, report: Report) -> None:
    station = both[0]
    digest_id = refused(station)
    station.night.teams.answers[:] = [Answer(400)]
    assert station.pod.run(station.night.environ(), "resend", digest_id, now=MORNING).code == 5
    station.night.teams.bodies.clear()
    assert station.run("run").code == 0
    assert station.night.repeats() == [False]
    report(Fault("Digest", "refused again by hand", 1, 1, 0, "exit code 5; the run's card is not marked"))
