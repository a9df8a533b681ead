"""Two pods of the CronJob at once: wherever the one is held, one card goes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.faults.closed_night import MORNING
from tests.faults.gate import Point, Steps
from tests.faults.phases import phases
from tests.faults.stations import Station, Stations, another_job, at_both
from tests.faults.tally import Fault
from tests.ingest_process import wait_until

_WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def waiting_for_a_lock(url: str) -> Iterator[Callable[[], bool]]:
    """Yield what says whether anybody waits for a lock in a database."""
    with psycopg.connect(url, autocommit=True) as conn:
        yield lambda: conn.execute(_WAITING).fetchone() is not None


def two_at_once(station: Station, point: Point) -> None:
    """Hold a run at a point until a second one has ended, or can do no more than wait; then let both end."""
    steps = Steps(point)
    with station.night.reached(steps) as environ, waiting_for_a_lock(station.night.url) as locked:
        station.pod.start(environ | {"JOB_UID": another_job()}, "run", now=MORNING)
        steps.wait_until_held()
        station.other.start(station.night.environ() | {"JOB_UID": another_job()}, "run", now=MORNING)
        wait_until(lambda: station.other.waits_or_has_ended() or locked(), 100)
        steps.let_pass()
        assert (station.pod.end().code, station.other.end().code) == (0, 0), point


def test_two_pods_at_once_send_one_card(both: Stations, report: Callable[[Fault], None]) -> None:
    def work(station: Station, at: list[Point]) -> int:
        for point in at:
            station.night.begin()
            two_at_once(station, point)
            assert station.night.repeats() == [False], point
            station.night.assert_told_once()
        return len(at)

    both[0].night.begin()
    found = phases(both[0].steps("run"))
    at = [point for point in (*found.unsent, *found.sending, *found.taken) if not point.after]
    cards = at_both(both, at, work)
    report(
        Fault("Digest", "two pods at once, one held before each write and the post", len(at), cards, len(at) - cards,
              "one card a night, not marked; both end with 0")
    )  # fmt: skip
