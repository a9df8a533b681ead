"""Connections to PostgreSQL, with the session settings that both sides rely on, also behind PgBouncer."""

from typing import Any

import psycopg

from store.errors import DependencyDownError

CONNECT_TIMEOUT = 3
"""Seconds to wait for a connection to be made."""


def connect(url: str) -> psycopg.Connection[Any]:
    """Return an autocommitting connection whose times are in UTC.

    Raises DependencyDownError, in one sentence that names the server but never the password. No prepared
    statements: a transaction pooler may hand the next statement to another server session.
    """
    try:
        conn = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT, prepare_threshold=None)
        conn.execute("SET TIME ZONE 'UTC'")
    except psycopg.Error as error:
        raise DependencyDownError(unreachable(url, error)) from None
    return conn


def unreachable(url: str, error: Exception) -> str:
    """Say in one sentence which database does not answer and why; the URL's password is never repeated."""
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "The database cannot be used: DATABASE_URL is not a connection string that PostgreSQL understands."
    where = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
    reason = " ".join(str(error).split())
    password = str(parts.get("password") or "")
    if password:
        reason = reason.replace(password, "***")
    return f"The database at {where} does not answer (DATABASE_URL): {reason}"
