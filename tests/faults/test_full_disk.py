"""The disk of PostgreSQL is full: senders keep what they have until there is room, and no page of a table is harmed."""

import subprocess
from collections.abc import Callable

from demo.postgres import Cluster
from tests.faults.databases import rows, survived
from tests.faults.disk import small_disk
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

ALERTS_BETWEEN = 100
SEEN = "503 while it is full, 200 once there is room; every page and index is sound"


def test_full_tables_are_a_database_that_is_away(server: Cluster, alerts: str, report: Callable[[Fault], None]) -> None:
    with small_disk(server, "base", 150) as disk, ingest_process(alerts) as address:
        with senders(address, alerts=20) as load:
            load.wait_for_more(ALERTS_BETWEEN)
            disk.fill()
            load.wait_for_answer("503", 8)
            disk.make_room()
            load.wait_for_more(ALERTS_BETWEEN)
        check(server, alerts)
        told = survived(load, alerts, "the disk of the tables is full", 1, SEEN)
    report(told)


def test_a_full_disk_of_the_wal_stops_the_server_and_loses_nothing(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with small_disk(server, "pg_wal", 64) as disk, ingest_process(alerts) as address:
        with senders(address, alerts=200) as load:
            load.wait_for_more(ALERTS_BETWEEN)
            disk.fill()
            load.wait_for_answer("503", 8)
            disk.make_room()
            server.stop()
            server.restart_after_kill()
            load.wait_for_more(ALERTS_BETWEEN)
        check(server, alerts)
        told = survived(load, alerts, "the disk of the WAL is full", 1, SEEN)
    report(told)


def check(server: Cluster, url: str) -> None:
    """Let PostgreSQL compare every page with its checksum and every index with its table."""
    assert rows(url, "SHOW data_checksums") == [("on",)]
    command = [str(server.binaries / "pg_amcheck"), "--install-missing", "--heapallindexed", "--schema=public", url]
    subprocess.run(command, check=True, env={}, cwd="/")
