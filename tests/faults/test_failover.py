"""A standby takes over: with a synchronous standby and both hosts in DATABASE_URL nothing acknowledged is lost."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from demo.postgres import Cluster, Server, cluster
from tests.faults.databases import execute, new_database, rows, survived
from tests.faults.senders import senders, stored
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process, wait_until

ALERTS_BETWEEN = 50
NAME = "alertgest"


@contextmanager
def standby(primary: Cluster) -> Iterator[Cluster]:
    """Run a standby to which every commit of the primary is written before it is told."""
    second = Cluster(primary.data.parent / "standby", primary.binaries, primary.server)
    second.start()
    try:
        synchronous = "ALTER SYSTEM SET synchronous_standby_names = 'standby'"
        execute(primary.server.url("postgres"), synchronous, "SELECT pg_reload_conf()")
        states = "SELECT sync_state FROM pg_stat_replication"
        wait_until(lambda: rows(primary.server.url("postgres"), states) == [("sync",)], 60)
        yield second
    finally:
        second.stop()


def both(first: Server, second: Server) -> str:
    """Return the URL that names both hosts and asks for the one that takes writes."""
    hosts = ",".join(f"{one.host}:{one.port}" for one in (first, second))
    return f"postgresql://{first.user}@{hosts}/{NAME}?target_session_attrs=read-write"


def end_sessions(url: str) -> None:
    """End all others' sessions of a database."""
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    execute(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


def test_a_promoted_standby_has_all_that_was_acknowledged(report: Callable[[Fault], None]) -> None:
    with cluster() as old:
        new_database(old.server, NAME)
        with standby(old) as new, ingest_process(both(old.server, new.server)) as address:
            promoted(old, new, address, report)
            came_back(old, new, address, report)


def promoted(old: Cluster, new: Cluster, address: str, report: Callable[[Fault], None]) -> None:
    """Kill the primary and promote its standby, which one more receiver was given by mistake before."""
    alerts = new.server.url(NAME)
    with ingest_process(alerts) as mistaken, senders(address) as load, senders(mistaken, clients=2) as early:
        load.wait_for_more(ALERTS_BETWEEN)
        early.wait_for_answer("503", 4)
        assert early.acknowledged == frozenset()
        os.kill(old.pid(), signal.SIGKILL)
        load.wait_for_answer("503")
        new.promote()
        load.wait_for_more(ALERTS_BETWEEN)
        early.wait_for_more(ALERTS_BETWEEN)
    seen = "503 until the promotion, 200 after it"
    report(survived(load, alerts, "killed, and its synchronous standby promoted", 1, seen))
    report(survived(early, alerts, "DATABASE_URL names a hot standby by mistake", 1, seen))


def came_back(old: Cluster, new: Cluster, address: str, report: Callable[[Fault], None]) -> None:
    """Let the old primary come back, first as if nothing had been, then fenced; its commits wait for a standby."""
    alerts, of_old = new.server.url(NAME), old.server.url(NAME)
    with senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        old.restart_after_kill()
        end_sessions(alerts)
        load.wait_for_answer("503", 8)
        os.kill(old.pid(), signal.SIGKILL)
        with (old.data / "postgresql.auto.conf").open("a") as settings:
            settings.write("default_transaction_read_only = on\n")
        old.restart_after_kill()
        before = stored(of_old)
        end_sessions(alerts)
        load.wait_for_more(ALERTS_BETWEEN)
    assert stored(of_old) == before
    report(survived(load, alerts, "the old primary comes back beside the new one, then fenced (read-only)", 2,
                    "503 where no standby confirms, 200 from the new one"))  # fmt: skip
