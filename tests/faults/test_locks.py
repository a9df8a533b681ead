"""A row that another holds: its webhook waits as long as promised, others are not held up, no row comes twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import requests

from store.fingerprint import fingerprint
from tests.faults.databases import rows, survived
from tests.faults.senders import START, senders
from tests.faults.tally import Fault
from tests.ingest_process import alert, ingest_process, wait_until, webhook

ALERTS_BETWEEN = 100
HELD = alert("Held", START)
KEY = fingerprint(HELD["labels"])


def post(address: str) -> int:
    """Tell of the episode that is held, and return the answer."""
    return requests.post(f"{address}/api/v1/alerts", json=webhook(HELD), timeout=10).status_code


def test_a_row_that_another_holds_keeps_only_its_own_webhook_waiting(
    alerts: str, report: Callable[[Fault], None]
) -> None:
    released, answers = Event(), list[int]()

    def insist(address: str) -> None:
        while not released.is_set() or answers[-1] != 200:
            answers.append(post(address))

    with ingest_process(alerts) as address, senders(address, clients=4) as load, ThreadPoolExecutor(1) as beside:
        assert post(address) == 200
        with psycopg.connect(alerts) as other:
            other.execute("SELECT FROM alerts WHERE fingerprint = %s FOR UPDATE", [KEY])
            insisting = beside.submit(insist, address)
            wait_until(lambda: len(answers) >= 2, 60)
            load.wait_for_more(ALERTS_BETWEEN)
            assert set(answers) == {503}
            released.set()
        insisting.result()
    assert rows(alerts, f"SELECT count(*), min(deliveries) >= 2 FROM alerts WHERE fingerprint = '{KEY}'") == [(1, True)]
    report(survived(load, alerts, "another transaction holds the row of an episode", 1,
                    "503 for that episode until it is released, then one row; 200 for others meanwhile"))  # fmt: skip
