"""The receiver is killed under load: what it had acknowledged is there, and senders go on with it or with another."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.senders import Load, senders
from tests.faults.tally import Fault
from tests.ingest_process import IngestProcess

WHERE, TIMES, ALERTS_BETWEEN = "Receiver", 3, 50


@pytest.fixture
def replicas(database: str) -> Iterator[list[IngestProcess]]:
    """Return two receivers that serve one database."""
    both = [IngestProcess(database), IngestProcess(database)]
    try:
        for one in both:
            one.start()
        yield both
    finally:
        for one in both:
            one.end()


def kill_again_and_again(killed: IngestProcess, load: Load) -> None:
    for _ in range(TIMES):
        load.wait_for_more(ALERTS_BETWEEN)
        killed.kill()
        killed.start()
    load.wait_for_more(ALERTS_BETWEEN)


def test_the_only_receiver_is_killed_again_and_again(
    database: str, replicas: list[IngestProcess], report: Callable[[Fault], None]
) -> None:
    alone = replicas[0]
    with senders(alone.address) as load:
        kill_again_and_again(alone, load)
    missing = load.missing(database)
    assert missing == frozenset()
    assert load.codes <= {"200", "503"}
    report(
        Fault(WHERE, "killed (SIGKILL) under load, then started again", TIMES, len(load.acknowledged), len(missing),
              "no connection while it is away, 200 once it is back")
    )  # fmt: skip


def test_one_of_two_receivers_is_killed_and_the_other_takes_all(
    database: str, replicas: list[IngestProcess], report: Callable[[Fault], None]
) -> None:
    with senders(*(one.address for one in replicas), both=True) as load:
        for number in range(TIMES):
            load.wait_for_more(ALERTS_BETWEEN)
            killed = replicas[number % 2]
            killed.kill()
            load.wait_for_more(ALERTS_BETWEEN)
            killed.start()
    missing = load.missing(database)
    assert missing == frozenset()
    assert load.codes <= {"200", "503"}
    report(
        Fault(WHERE, "one of two killed (SIGKILL) under load", TIMES, len(load.acknowledged), len(missing),
              "the other takes what the killed one did not acknowledge")
    )  # fmt: skip
