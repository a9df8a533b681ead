"""The claim on a real server: one winner, takeovers only after the lease, fences that hold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from digest.claim import Claim, Made, Run, claim, claim_or_wait, finish, start_sending
from digest.delivery import Cards, Delivery
from store.connect import connect
from store.windows import StoredWindow, Window

START = datetime(2026, 7, 1, 18, tzinfo=UTC)
END = datetime(2026, 7, 2, 8, tzinfo=UTC)
LEASE = timedelta(minutes=5)
OVER = timedelta(seconds=-1)
MADE = Made({"a": 1}, Cards({"b": 2}, {"b": 3}), END, END, 0)
THIS_JOB = str(uuid4())
SENT = Delivery("sent", "accepted with 202.", "run-1")


@pytest.fixture
def window(database: str) -> StoredWindow:
    """Return the one window of the database, closed."""
    with connect(database) as conn:
        row = conn.execute(
            "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed') RETURNING id",
            (START, END),
        ).fetchone()
    assert row
    return StoredWindow(row[0], Window(START, END), "completed")


def taken(url: str, window: StoredWindow, lease: timedelta = LEASE) -> Claim | None:
    with connect(url) as conn:
        return claim(conn, window, Run(uuid4()), lease)


def test_of_eight_at_once_one_wins(database: str, window: StoredWindow) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: taken(database, window), range(8)))
    assert [result.attempt for result in results if result] == [1]


def test_a_claim_is_taken_over_when_its_lease_is_over(database: str, window: StoredWindow) -> None:
    assert taken(database, window, OVER)
    again = taken(database, window)
    assert again
    assert (again.attempt, again.possible_repeat) == (2, False)
    assert taken(database, window) is None


def test_an_abandoned_sending_is_taken_over_as_a_possible_repeat(database: str, window: StoredWindow) -> None:
    with connect(database) as conn:
        first = claim(conn, window, Run(uuid4()), LEASE)
        assert first
        assert start_sending(conn, first, MADE, LEASE)
        assert taken(database, window) is None
        conn.execute("UPDATE digests SET lease_until = now() - interval '1 second'")
        again = taken(database, window)
        assert again
        assert (again.attempt, again.possible_repeat) == (2, True)
        assert not finish(conn, first, SENT, END)


def test_the_next_pod_of_the_same_job_need_not_wait_for_the_lease(database: str, window: StoredWindow) -> None:
    with connect(database) as conn:
        first = claim(conn, window, Run(uuid4(), THIS_JOB), LEASE)
        assert first
        assert claim(conn, window, Run(uuid4(), str(uuid4())), LEASE) is None
        assert claim(conn, window, Run(uuid4()), LEASE) is None
        second = claim(conn, window, Run(uuid4(), THIS_JOB), LEASE)
        assert second
        assert (second.attempt, second.possible_repeat) == (2, False)
        assert not start_sending(conn, first, MADE, LEASE)
        assert start_sending(conn, second, MADE, LEASE)
        third = claim(conn, window, Run(uuid4(), THIS_JOB), LEASE)
        assert third
        assert (third.attempt, third.possible_repeat) == (3, True)


def test_a_run_does_not_take_its_own_claim_a_second_time(database: str, window: StoredWindow) -> None:
    run = Run(uuid4(), THIS_JOB)
    with connect(database) as conn:
        assert claim(conn, window, run, LEASE)
        assert claim(conn, window, run, LEASE) is None


def test_nothing_is_sent_on_a_claim_that_was_lost(database: str, window: StoredWindow) -> None:
    first = taken(database, window, OVER)
    assert first
    assert taken(database, window)
    with connect(database) as conn:
        assert not start_sending(conn, first, MADE, LEASE)


def test_what_was_sent_is_never_claimed_again(database: str, window: StoredWindow) -> None:
    with connect(database) as conn:
        held = claim(conn, window, Run(uuid4()), LEASE)
        assert held
        assert start_sending(conn, held, MADE, OVER)
        assert finish(conn, held, SENT, END)
        row = conn.execute("SELECT state, delivery_status, sent_at, teams_message_id, facts, card FROM digests")
        assert row.fetchone() == ("sent", "sent", END, "run-1", {"a": 1}, {"b": 2})
    assert taken(database, window) is None


def test_the_loser_waits_until_the_other_has_sent(database: str, window: StoredWindow) -> None:
    with connect(database) as winner, connect(database) as loser:
        held = claim(winner, window, Run(uuid4()), LEASE)
        assert held
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                start_sending(winner, held, MADE, LEASE)
                finish(winner, held, SENT, END)

        assert claim_or_wait(loser, window, Run(uuid4()), LEASE, wait) is None
    assert waits == [2.0, 2.0, 2.0]


def test_the_loser_goes_on_when_the_lease_is_over(database: str, window: StoredWindow) -> None:
    assert taken(database, window)

    def wait(_: float) -> None:
        with psycopg.connect(database, autocommit=True) as other:
            other.execute("UPDATE digests SET lease_until = now() - interval '1 second'")

    with connect(database) as loser:
        held = claim_or_wait(loser, window, Run(uuid4()), LEASE, wait)
    assert held
    assert held.attempt == 2
