"""Databases of the fault suite: made, changed and counted past the product."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import randrange
from typing import Any
from uuid import uuid4

import psycopg

from demo.postgres import Server
from store.migrate import migrate
from tests.faults.senders import Load
from tests.faults.tally import Fault

IN_TIME_SECONDS = 5
"""An answer is promised within 3 seconds; the rest is for a busy machine."""


def new_database(server: Server, name: str = "") -> str:
    """Make a database with the present schema on a server and return its URL; it stays as long as the server."""
    name = name or f"test_{uuid4().hex}"
    execute(server.url("postgres"), f'CREATE DATABASE "{name}"')
    with psycopg.connect(server.url(name), autocommit=True) as conn:
        migrate(conn)
    return server.url(name)


def execute(url: str, *statements: str) -> None:
    """Execute statements, each by itself."""
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement.encode())


@contextmanager
def read_only(server: Server) -> Iterator[None]:
    """Let every transaction be read-only from the next one on."""
    url = server.url("postgres")
    execute(url, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        execute(url, "ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(sql.encode()).fetchall()


def twice(url: str) -> list[tuple[Any, ...]]:
    """Return the episodes that have more than one row, found without the index that should prevent them."""
    with psycopg.connect(url) as conn:
        conn.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off")
        episodes = "SELECT source, fingerprint, starts_at FROM alerts GROUP BY 1, 2, 3 HAVING count(*) > 1"
        return conn.execute(episodes).fetchall()


def survived(load: Load, url: str, name: str, tried: int, seen: str, *, where: str = "PostgreSQL") -> Fault:
    """Count what the senders were told against the database, and return the row of the table of faults."""
    missing = load.missing(url)
    assert missing == frozenset()
    assert twice(url) == []
    assert set(load.answers) <= {"200", "503"}
    return Fault(where, name, tried, len(load.acknowledged), len(missing), seen)


@contextmanager
def gated(url: str, table: str, when: str = "TRUE", *, deferred: bool = False) -> Iterator[Callable[[], None]]:
    """Let each change of a row wait, or with ``deferred`` its commit, until the function that is yielded is called."""
    gate = randrange(1 << 30)
    kind, how = ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED") if deferred else ("TRIGGER", "")
    execute(
        url,
        f"CREATE FUNCTION gate_{gate}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN PERFORM pg_advisory_xact_lock_shared({gate}); RETURN NULL; END $$",
        f"CREATE {kind} gate_{gate} AFTER INSERT OR UPDATE ON {table} {how}"
        f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION gate_{gate}()",
    )
    with psycopg.connect(url, autocommit=True) as held:
        held.execute("SELECT pg_advisory_lock(%s)", [gate])
        yield held.close


def waiting(url: str, event: str) -> bool:
    """Say whether a session of this database waits for a lock of that kind, as ``pg_stat_activity`` names it."""
    waits = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(rows(url, f"{waits} AND wait_event = '{event}'"))
