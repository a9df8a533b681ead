"""PostgreSQL is killed under load: what was acknowledged is there, and the receiver goes on by itself."""

import os
import signal
from collections.abc import Callable

import psycopg

from demo.postgres import cluster
from store.migrate import migrate
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

TIMES, ALERTS_BETWEEN = 3, 200


def test_nothing_acknowledged_is_missing_however_often_it_is_killed(report: Callable[[Fault], None]) -> None:
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        with ingest_process(url) as address, senders(address) as load:
            for _ in range(TIMES):
                load.wait_for_more(ALERTS_BETWEEN)
                os.kill(running.pid(), signal.SIGKILL)
                running.restart_after_kill()
            load.wait_for_more(ALERTS_BETWEEN)
        missing = load.missing(url)
        assert missing == frozenset()
        assert set(load.answers) <= {"200", "503"}
    report(
        Fault("PostgreSQL", "killed (SIGKILL) under load", TIMES, len(load.acknowledged), len(missing),
              "503 while it is away, 200 once it is back")
    )  # fmt: skip
