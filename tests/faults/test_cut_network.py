"""The network cuts connections at any byte of a webhook or of its answer: the retry merges, each episode is one row."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.faults.cutting import cutting
from tests.faults.senders import senders, stored, told
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process, wait_until

WHERE, CUTS, ALERTS, CLIENTS = "Between Alertmanager and the receiver", 40, 100, 8


@pytest.fixture
def address(database: str) -> Iterator[str]:
    with ingest_process(database) as running:
        yield running


def rows(database: str) -> int:
    with psycopg.connect(database) as conn:
        return int(conn.execute("SELECT count(*) FROM alerts").fetchall()[0][0])


def test_a_connection_is_cut_within_a_webhook(database: str, address: str, report: Callable[[Fault], None]) -> None:
    with cutting(address, "sent", 3_000, seed=1) as network, senders(network.address, clients=CLIENTS) as load:
        load.wait_for_more(ALERTS)
        wait_until(lambda: network.cuts >= CUTS, 60)
    missing = load.missing(database)
    assert missing == frozenset()
    assert rows(database) == len(stored(database)) <= len(load.acknowledged) + CLIENTS
    assert load.codes <= {"200", "503"}
    report(
        Fault(WHERE, "connection reset within a webhook", network.cuts, len(load.acknowledged), len(missing),
              "nothing of it is kept until the sender tries again")
    )  # fmt: skip


def test_a_connection_is_cut_before_or_within_the_answer(
    database: str, address: str, report: Callable[[Fault], None]
) -> None:
    with cutting(address, "answered", 1_000, seed=2) as network, senders(network.address, clients=CLIENTS) as load:
        load.wait_for_more(ALERTS)
        wait_until(lambda: network.cuts >= CUTS, 60)
    missing, acknowledged = load.missing(database), len(load.acknowledged)
    assert missing == frozenset()
    assert rows(database) == len(stored(database)) <= acknowledged + CLIENTS
    assert told(database) > acknowledged, "no answer was cut after its webhook was kept"
    assert load.codes <= {"200", "503"}
    report(
        Fault(WHERE, "connection reset before or within the answer", network.cuts, acknowledged, len(missing),
              "the sender tries again; its alert is one episode, told twice")
    )  # fmt: skip
