"""PostgreSQL is killed under load: what was acknowledged is there, and the receiver goes on by itself."""

import os
import signal
from collections.abc import Callable

from demo.postgres import Cluster
from tests.faults.databases import survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

TIMES, ALERTS_BETWEEN = 3, 200


def test_nothing_acknowledged_is_missing_however_often_it_is_killed(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(alerts) as address, senders(address) as load:
        for _ in range(TIMES):
            load.wait_for_more(ALERTS_BETWEEN)
            os.kill(server.pid(), signal.SIGKILL)
            server.restart_after_kill()
        load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, "killed (SIGKILL) under load", TIMES, "503 while it is away, 200 once it is back"))
