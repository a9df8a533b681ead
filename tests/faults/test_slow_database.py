"""A network that is slow, that swallows, and that breaks at any byte, between the receiver and PostgreSQL."""

import random
from collections.abc import Callable, Iterator

import pytest

from tests.faults.databases import IN_TIME_SECONDS, survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.faults.toxiproxy import STREAMS, Link, link
from tests.ingest_process import ingest_process

ALERTS_BETWEEN = 50
MOST_BYTES = 2_000
"""More than PostgreSQL says while a connection is made and a few webhooks are kept."""


@pytest.fixture
def way(alerts: str) -> Iterator[Link]:
    """Return a way to the database of the test."""
    with link(alerts) as made:
        yield made


def test_a_slow_answer_is_waited_for_and_a_too_slow_one_is_not(
    way: Link, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(way.url) as address, senders(address) as load:
        way.spoil("latency", latency=100)
        load.wait_for_more(ALERTS_BETWEEN)
        way.mend("latency")
        way.spoil("latency", latency=1500)
        load.wait_for_answer("503", 8)
        way.mend("latency")
        load.wait_for_more(ALERTS_BETWEEN)
    assert load.longest["503"] < IN_TIME_SECONDS
    report(survived(load, alerts, "each answer of the server is late (0.1 s, then 1.5 s)", 2,
                    "200 at 0.1 s, 503 within 3 s at 1.5 s, 200 afterwards"))  # fmt: skip


def test_a_narrow_network_takes_small_webhooks_and_refuses_none_for_good(
    way: Link, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(way.url) as address, senders(address, clients=2, alerts=500) as load:
        way.spoil("bandwidth", "upstream", rate=40)
        load.wait_for_answer("503", 4)
        way.mend("bandwidth", "upstream")
        load.wait_for_more(1000)
    report(survived(load, alerts, "40 kB/s to the server, storms of 500 alerts", 1,
                    "503 for what does not pass in time, 200 afterwards"))  # fmt: skip


def test_a_connection_that_is_cut_at_any_byte_loses_nothing(
    way: Link, alerts: str, report: Callable[[Fault], None]
) -> None:
    chance, cuts = random.Random(9), 12
    with ingest_process(way.url) as address, senders(address, clients=4) as load:
        for _ in range(cuts):
            way.spoil("limit_data", bytes=chance.randrange(1, MOST_BYTES))
            load.wait_for_answer("503")
            way.mend("limit_data")
            load.wait_for_more(1)
    report(survived(load, alerts, "connections are cut at a random byte of what the server says", cuts,
                    "503 for what was on its way, 200 afterwards"))  # fmt: skip


def test_a_half_open_connection_is_given_up(way: Link, alerts: str, report: Callable[[Fault], None]) -> None:
    with ingest_process(way.url) as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        for stream in STREAMS:
            way.spoil("timeout", stream, timeout=0)
        load.wait_for_answer("503", 16)
        for stream in STREAMS:
            way.mend("timeout", stream)
        load.wait_for_more(ALERTS_BETWEEN)
    assert load.longest["503"] < IN_TIME_SECONDS
    report(survived(load, alerts, "every packet is swallowed, connections stay open", 1,
                    "503 within 3 s, 200 once packets pass"))  # fmt: skip
