"""A receiver is told to end: it answers what it has begun to read, ends with 0 in time, and another takes the rest."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from demo.postgres import cluster
from store.fingerprint import fingerprint
from store.migrate import migrate
from tests.faults.exchange import Exchange, connection
from tests.faults.senders import senders, stored, told
from tests.faults.tally import Fault
from tests.frozen import frozen
from tests.ingest_process import IngestProcess, alert, wait_until, webhook

WHERE, ROUNDS, ALERTS_BETWEEN, IN_FLIGHT = "Receiver", 2, 50, 8
GRACE_SECONDS = 30
"""What Kubernetes waits before it kills: terminationGracePeriodSeconds of the chart."""
ALERTS = [alert("InFlight", "2026-07-01T20:00:00Z", number=str(number)) for number in range(IN_FLIGHT)]


def ended(process: IngestProcess) -> int:
    """Tell a receiver to end; return its exit code once it has, which must be in time."""
    begun = time.monotonic()
    process.terminate()
    code = process.wait(2 * GRACE_SECONDS)
    assert time.monotonic() - begun < GRACE_SECONDS
    return code


def listens(address: str) -> bool:
    try:
        connection(address).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it waited to be accepted when the socket was closed
        return False
    return True


@pytest.fixture
def receiver(database: str) -> Iterator[IngestProcess]:
    one = IngestProcess(database)
    try:
        one.start()
        yield one
    finally:
        one.end()


def test_what_it_has_begun_to_read_is_answered_after_it_was_told_to_end(
    database: str, receiver: IngestProcess, report: Callable[[Fault], None]
) -> None:
    with ExitStack() as stack:
        begun = [stack.enter_context(Exchange(receiver.address, webhook(one))) for one in ALERTS]
        for one in begun:
            one.send_head_and_wait_until_the_body_is_wanted()
        receiver.terminate()
        wait_until(lambda: not listens(receiver.address))
        for one in begun:
            one.send_body()
        assert [one.status() for one in begun] == [200] * IN_FLIGHT
    assert receiver.wait(GRACE_SECONDS) == 0
    missing = {fingerprint(one["labels"]) for one in ALERTS} - stored(database)
    assert missing == set()
    report(
        Fault(WHERE, "SIGTERM while bodies are half sent", IN_FLIGHT, IN_FLIGHT, len(missing),
              "each of them is taken and answered with 200, then it ends with 0")
    )  # fmt: skip


def test_a_sender_that_never_goes_on_does_not_hold_it(database: str, report: Callable[[Fault], None]) -> None:
    receiver = IngestProcess(database, READ_TIMEOUT_SECONDS="1")
    try:
        receiver.start()
        with Exchange(receiver.address, webhook(*ALERTS)) as stuck:
            stuck.send_head_and_wait_until_the_body_is_wanted()
            stuck.send_body(share=0.5)
            code = ended(receiver)
            assert stuck.status() == 408
    finally:
        receiver.end()
    assert (code, stored(database)) == (0, frozenset())
    report(
        Fault(WHERE, "SIGTERM while a sender never ends its body", 1, 0, 0,
              "408 after the time for a body, then it ends with 0")
    )  # fmt: skip


def test_two_receivers_are_restarted_in_turn_under_load(database: str, report: Callable[[Fault], None]) -> None:
    both = [IngestProcess(database), IngestProcess(database)]
    try:
        for one in both:
            one.start()
        codes = []
        with senders(*(one.address for one in both), both=True) as load:
            for number in range(2 * ROUNDS):
                load.wait_for_more(ALERTS_BETWEEN)
                codes.append(ended(both[number % 2]))
                load.wait_for_more(ALERTS_BETWEEN)
                both[number % 2].start()
    finally:
        for one in both:
            one.end()
    missing, acknowledged = load.missing(database), len(load.acknowledged)
    assert (missing, codes) == (frozenset(), [0] * 2 * ROUNDS)
    assert load.codes <= {"200", "503"}
    assert acknowledged <= told(database) <= acknowledged + load.answers["503"], "kept, but never answered"
    report(
        Fault(WHERE, "rolling restart of two under load (SIGTERM)", 2 * ROUNDS, acknowledged, len(missing),
              "nothing is kept without being answered; both end with 0")
    )  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found by /proc, on Linux")
def test_it_ends_in_time_while_the_database_says_nothing(report: Callable[[Fault], None]) -> None:
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        receiver = IngestProcess(url)
        try:
            receiver.start()
            with senders(receiver.address) as load:
                load.wait_for_more(ALERTS_BETWEEN)
                with frozen(running):
                    load.wait_for_answer("503")
                    code = ended(receiver)
        finally:
            receiver.end()
        missing = load.missing(url)
    assert (code, missing) == (0, frozenset())
    assert load.codes <= {"200", "503"}
    report(
        Fault(WHERE, "SIGTERM while PostgreSQL is frozen", 1, len(load.acknowledged), len(missing),
              "503 for what is in flight, then it ends with 0 in time")
    )  # fmt: skip
