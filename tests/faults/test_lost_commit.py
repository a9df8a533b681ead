"""The answer of COMMIT is lost: the alert is kept, the sender is told to try again, and the retry finds its row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults.databases import gated, rows, twice, waiting
from tests.faults.senders import START
from tests.faults.tally import Fault
from tests.faults.toxiproxy import Link, link
from tests.ingest_process import alert, ingest_process, wait_until, webhook

BODY = webhook(alert("Committed", START))
WAYS: dict[str, tuple[Callable[[Link], None], Callable[[Link], None]]] = {
    "closed": (Link.cut, Link.join),
    "reset": (lambda way: way.spoil("reset_peer", timeout=0), lambda way: way.mend("reset_peer")),
    "swallowed": (lambda way: way.spoil("timeout", timeout=0), lambda way: way.mend("timeout")),
}


def kept(url: str) -> list[tuple[int]]:
    """Return how often each row was told."""
    return rows(url, "SELECT deliveries FROM alerts")


@pytest.mark.parametrize("how", WAYS)
def test_an_alert_whose_commit_was_not_heard_is_kept_and_its_retry_merges(
    alerts: str, how: str, report: Callable[[Fault], None]
) -> None:
    spoil, mend = WAYS[how]
    with link(alerts) as way, ingest_process(way.url) as address, ThreadPoolExecutor(1) as sender:
        url = f"{address}/api/v1/alerts"
        with gated(alerts, "alerts", deferred=True) as open_gate:
            answer = sender.submit(lambda: requests.post(url, json=BODY, timeout=10))
            wait_until(lambda: waiting(alerts, "advisory"), 60)
            assert kept(alerts) == []
            spoil(way)
            open_gate()
        assert answer.result().status_code == 503
        wait_until(lambda: kept(alerts) == [(1,)], 60)
        mend(way)
        wait_until(lambda: requests.post(url, json=BODY, timeout=10).status_code == 200, 60)
    assert (len(kept(alerts)), twice(alerts)) == (1, [])
    report(Fault("PostgreSQL", f"the connection is {how} before the answer of COMMIT", 1, 1, 0,
                 "503 though it is committed; the retry merges into the one row"))  # fmt: skip
