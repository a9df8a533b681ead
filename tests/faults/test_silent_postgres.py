"""A database that takes connections and then says nothing gets senders their 503 in time, and the pod recovers."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import requests

from demo.postgres import Cluster
from tests.faults.databases import IN_TIME_SECONDS, rows, survived, twice
from tests.faults.senders import START, senders
from tests.faults.tally import Fault
from tests.faults.toxiproxy import link
from tests.frozen import frozen, stopped
from tests.ingest_process import alert, ingest_process, wait_until, webhook

ALERTS_BETWEEN = 50
VANISHED_SECONDS = 30
"""How long PostgreSQL may keep what a receiver that is gone had locked."""
on_linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found by /proc, on Linux")


@on_linux
def test_a_frozen_server_gets_503_in_time_and_the_pod_stays_ready_for_a_while(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(alerts) as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        with frozen(server):
            load.wait_for_answer("503", 8)
            assert requests.get(f"{address}/ready", timeout=10).json()["status"] == "away"
        load.wait_for_more(ALERTS_BETWEEN)
    assert load.longest["503"] < IN_TIME_SECONDS
    report(survived(load, alerts, "frozen (SIGSTOP): it takes connections and says nothing", 1,
                    "503 within 3 s, 200 once it goes on; the pod stays ready meanwhile"))  # fmt: skip


@contextmanager
def frozen_sessions(url: str) -> Iterator[None]:
    """Let the sessions that there are say nothing more; new ones do. At rest, they hold no lock of the server's."""
    sessions = "SELECT pid, state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    wait_until(lambda: {row[1] for row in rows(url, sessions)} == {"idle"}, 60)
    pids = [row[0] for row in rows(url, sessions)]
    with stopped(pids):
        yield


def test_sessions_that_say_nothing_more_are_replaced_by_new_ones(alerts: str, report: Callable[[Fault], None]) -> None:
    with ingest_process(alerts) as address:
        with senders(address) as before:
            before.wait_for_more(ALERTS_BETWEEN)
        with frozen_sessions(alerts), senders(address) as load:
            load.wait_for_answer("503")
            load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, "every session of the receiver is frozen, new ones work", 1,
                    "503 until each was replaced, then 200 while they are still frozen"))  # fmt: skip


def test_a_receiver_that_vanished_within_its_transaction_holds_its_episodes_only_for_a_while(
    alerts: str, report: Callable[[Fault], None]
) -> None:
    here = "FROM pg_stat_activity WHERE datname = current_database()"
    # Whoever has an xid has written its episode; a new connection waits too, for it prepares its statements.
    delivers = f"SELECT {here} AND wait_event_type = 'Lock' AND backend_xid IS NOT NULL"
    idle = f"SELECT {here} AND state = 'idle in transaction'"
    with link(alerts) as way, ingest_process(way.url) as vanishing, ThreadPoolExecutor(1) as sender:
        wait_until(lambda: post(vanishing, "Before") == 200)
        with psycopg.connect(alerts) as other:
            other.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
            answer = sender.submit(post, vanishing)
            wait_until(lambda: bool(rows(alerts, delivers)), 60)
            way.freeze()
        wait_until(lambda: bool(rows(alerts, idle)), 60)
        assert answer.result() == 503
        with ingest_process(alerts) as address:
            wait_until(lambda: post(address) == 200, VANISHED_SECONDS)
    assert (len(rows(alerts, "SELECT FROM alerts WHERE alertname = 'Held'")), twice(alerts)) == (1, [])
    report(Fault("PostgreSQL", "a receiver vanishes within its transaction, its connection stays open", 1, 1, 0,
                 "503 from the others for its episodes until PostgreSQL ends it, then 200"))  # fmt: skip


def post(address: str, name: str = "Held") -> int:
    """Tell of one episode, and return the answer."""
    return requests.post(f"{address}/api/v1/alerts", json=webhook(alert(name, START)), timeout=15).status_code
