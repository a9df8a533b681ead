"""PostgreSQL is restarted under load, in both of its ways: the receiver waits for it and goes on."""

from collections.abc import Callable

import pytest

from demo.postgres import Cluster
from tests.faults.databases import survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

TIMES, ALERTS_BETWEEN = 1, 100
WAYS = {"fast": "restarted under load (fast)", "immediate": "restarted under load (immediate)"}


@pytest.mark.parametrize("mode", WAYS)
def test_a_restart_loses_nothing(server: Cluster, alerts: str, mode: str, report: Callable[[Fault], None]) -> None:
    with ingest_process(alerts) as address, senders(address) as load:
        for _ in range(TIMES):
            load.wait_for_more(ALERTS_BETWEEN)
            server.stop(mode)
            load.wait_for_answer("503")
            server.start()
        load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, WAYS[mode], TIMES, "503 while it is away, 200 once it is back"))
