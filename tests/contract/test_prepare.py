"""Statements are prepared where PostgreSQL itself is at the other end, and never behind a transaction pooler."""

import asyncio

import psycopg

from ingest.database import prepare_statements
from store.connect import PARAMETERS
from tests.pgbouncer import pgbouncer


def threshold(url: str) -> int | None:
    """Return after how many uses a new connection of the receiver prepares a statement; None for never."""

    async def configured() -> int | None:
        async with await psycopg.AsyncConnection.connect(url, **PARAMETERS) as conn:
            await prepare_statements(conn)
            return conn.prepare_threshold

    return asyncio.run(configured())


def test_a_connection_to_the_server_prepares_at_once(database: str) -> None:
    assert threshold(database) == 0


def test_a_connection_to_a_pooler_never_prepares(database: str) -> None:
    with pgbouncer(database) as pooled:
        assert threshold(pooled) is None
