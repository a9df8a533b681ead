"""PgBouncer in transaction mode stands between: it is restarted, and PostgreSQL is killed behind it."""

import os
import signal
from collections.abc import Callable

from demo.postgres import Cluster
from tests.faults.databases import survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process
from tests.pgbouncer import running_pgbouncer

ALERTS_BETWEEN = 50


def test_a_pooler_that_is_killed_or_restarted_loses_nothing(alerts: str, report: Callable[[Fault], None]) -> None:
    ways = (signal.SIGKILL, signal.SIGTERM)
    with running_pgbouncer(alerts) as pooler, ingest_process(pooler.url) as address, senders(address) as load:
        for by in ways:
            load.wait_for_more(ALERTS_BETWEEN)
            pooler.stop(by)
            load.wait_for_answer("503")
            pooler.start()
        load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, "PgBouncer (transaction mode) is killed, and restarted", len(ways),
                    "503 while it is away, 200 once it is back"))  # fmt: skip


def test_a_server_that_is_killed_behind_the_pooler_loses_nothing(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with running_pgbouncer(alerts) as pooler, ingest_process(pooler.url) as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        os.kill(server.pid(), signal.SIGKILL)
        load.wait_for_answer("503")
        server.restart_after_kill()
        load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, "killed (SIGKILL) behind PgBouncer", 1, "503 while it is away, 200 once it is back"))
