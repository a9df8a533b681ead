"""No connection is left, at the server or in the pool: senders hear of it in time, and are taken again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from demo.postgres import Cluster
from tests.faults.databases import IN_TIME_SECONDS, survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

ALERTS_BETWEEN = 50


@contextmanager
def all_connections(url: str) -> Iterator[None]:
    """Hold every connection that the server has, also those that were the receiver's."""
    clients = "backend_type = 'client backend' AND pid <> ALL(%s)"
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {clients}"
    with ExitStack() as held:
        ours = [held.enter_context(psycopg.connect(url, autocommit=True))]
        most = int(ours[0].execute("SHOW max_connections").fetchall()[0][0])
        while len(ours) < most:
            try:
                ours.append(held.enter_context(psycopg.connect(url, autocommit=True)))
            except psycopg.OperationalError:
                ours[0].execute(others.encode(), [[one.info.backend_pid for one in ours]])
        yield


def test_without_a_free_connection_at_the_server_the_answer_comes_in_time(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(alerts) as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        with all_connections(server.server.url("postgres")):
            load.wait_for_answer("503", 16)
        load.wait_for_more(ALERTS_BETWEEN)
    assert load.longest["503"] < IN_TIME_SECONDS
    report(survived(load, alerts, "others hold all connections (max_connections)", 1, "503 within 3 s, 200 afterwards"))


def test_without_a_free_connection_in_the_pool_the_answer_comes_in_time(
    alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(alerts, DATABASE_POOL_SIZE="2") as address, senders(address, clients=16) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        with psycopg.connect(alerts) as busy:
            busy.execute("LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE")
            load.wait_for_answer("503", 16)
        load.wait_for_more(ALERTS_BETWEEN)
    assert load.longest["503"] < IN_TIME_SECONDS
    report(survived(load, alerts, "all connections of the pool wait for a lock on the table", 1,
                    "503 within 3 s, 200 afterwards"))  # fmt: skip
