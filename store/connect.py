"""Connections to PostgreSQL, with the session settings that both sides rely on, also behind PgBouncer."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import psycopg

from store.errors import AlertgestError, DependencyDownError

CONNECT_TIMEOUT = 3
"""Seconds to wait for a connection to be made."""
PARAMETERS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": CONNECT_TIMEOUT,
    "prepare_threshold": None,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Of every connection. A transaction pooler may hand the next statement to another server session, so none is prepared
unless the caller knows that there is none (the receiver does).
Give up a server that vanished without a word some 20 seconds later, not after two hours as Linux would.

A server that is only slow or frozen answers these probes: its kernel does.
Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES
"""


def connect(url: str) -> psycopg.Connection[Any]:
    """Return an autocommitting connection whose times are in UTC.

    Raises DependencyDownError, in one sentence that names the server but never the password.
    """
    try:
        conn = psycopg.connect(url, **PARAMETERS)
        conn.execute("SET TIME ZONE 'UTC'")
    except psycopg.Error as error:
        raise DependencyDownError(unreachable(url, error)) from None
    return conn


@contextmanager
def in_one_sentence(url: str) -> Iterator[None]:
    """Tell what goes wrong inside in one sentence: DependencyDownError where a retry may help, else AlertgestError.

    A server that takes no writes is one that is down for us: it may be promoted, or DATABASE_URL may find another one.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise DependencyDownError(unreachable(url, error)) from None
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise AlertgestError(f"The database refused a statement ({type(error).__name__}): {reason}") from None


def unreachable(url: str, error: psycopg.Error) -> str:
    """Say in one sentence which database is of no use now and why; the URL's password is never repeated."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "The database cannot be used: DATABASE_URL is not a connection string that PostgreSQL understands."
    hosts, ports = str(parts.get("host", "localhost")).split(","), str(parts.get("port", "")).split(",")
    where = ",".join(f"{host}:{port or 5432}" for host, port in zip(hosts, cycle(ports), strict=False))
    reason = " ".join(str(error).split())
    password = str(parts.get("password") or "")
    if password:
        reason = reason.replace(password, "***")
    what = "refuses to work at present" if error.sqlstate else "does not answer"
    return f"The database at {where}/{parts.get('dbname', '')} {what} (DATABASE_URL): {reason}"
