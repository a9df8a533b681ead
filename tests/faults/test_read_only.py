"""A server that takes no writes gets senders 503, never 500, and is left for one that does."""

from collections.abc import Callable

import psycopg

from demo.postgres import Cluster, Server
from tests.faults.databases import new_database, read_only, survived
from tests.faults.senders import senders, stored
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

ALERTS_BETWEEN = 100


def test_a_read_only_server_is_a_server_that_is_away(
    server: Cluster, alerts: str, report: Callable[[Fault], None]
) -> None:
    with ingest_process(alerts) as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        with read_only(server.server):
            load.wait_for_answer("503", 8)
        load.wait_for_more(ALERTS_BETWEEN)
    report(survived(load, alerts, "read-only for a while", 1, "503 meanwhile, 200 afterwards"))


def test_a_server_that_became_read_only_is_left_for_the_one_that_takes_writes(
    server: Cluster, postgres: str, report: Callable[[Fault], None]
) -> None:
    first = new_database(server.server)
    name = first.rpartition("/")[2]
    second = new_database(other := at(postgres), name)
    url = f"postgresql://{other.user}@{server.server.host}:{server.server.port},{other.host}:{other.port}/{name}"
    with ingest_process(f"{url}?target_session_attrs=read-write") as address, senders(address) as load:
        load.wait_for_more(ALERTS_BETWEEN)
        assert stored(second) == frozenset()
        with read_only(server.server):
            load.wait_for_more(ALERTS_BETWEEN)
    lost = load.acknowledged - stored(first) - stored(second)
    assert lost == frozenset()
    report(Fault("PostgreSQL", "read-only, and another host of DATABASE_URL takes writes", 1, len(load.acknowledged),
                 len(lost), "503 until each connection was replaced, then 200"))  # fmt: skip


def at(url: str) -> Server:
    """Return where the server of a URL is."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    return Server(str(parts["host"]), int(parts["port"] or 5432), str(parts["user"]))
