"""Transactions through the pool, each within a deadline, and what it means where one fails."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

DEADLINE_SECONDS = 2.5
"""How long a transaction of one chunk may take before the sender is told to try again."""
DEADLINE_SECONDS_PER_CHUNK = 0.5
"""What each further chunk adds to it."""
_BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '10s'"
"""One round trip. A receiver that vanished without a word within a transaction would hold its rows for hours."""
_TRIES = 3
_RETRIED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_REFUSED = (psycopg.DataError, psycopg.errors.CheckViolation, psycopg.errors.ProgramLimitExceeded)

T = TypeVar("T")
Connection = psycopg.AsyncConnection[Any]
Work = Callable[[Connection], Coroutine[Any, Any, T]]


class DatabaseAwayError(Exception):
    """The database did not take it; the sender should try again."""


class ContentRefusedError(Exception):
    """The database is there, but what it was given it will never take; the message says why."""


async def prepare_statements(conn: Connection) -> None:
    """Let a connection prepare its statements, which saves their planning, if the server itself is at its other end.

    A transaction pooler would hand them to sessions that do not know them. It is known by the process that it names
    for cancelling, which is not the one that answers
    (https://www.postgresql.org/docs/current/protocol-message-formats.html, BackendKeyData).
    """
    row = await (await conn.execute("SELECT pg_backend_pid()")).fetchone()
    if row == (conn.info.backend_pid,):
        conn.prepare_threshold = 0
        await conn.execute("SET plan_cache_mode = force_generic_plan")  # else each is planned again for its values


class Database:
    """Runs work in transactions; ``asked`` is told whether the database took each."""

    def __init__(self, pool: AsyncConnectionPool[Connection], asked: Callable[[bool], None]) -> None:
        """Use ``pool``, which the caller opens and closes."""
        self._pool, self._asked = pool, asked

    async def transaction(self, work: Work[T], further_chunks: int = 0) -> T:
        """Return what ``work`` returns, committed; raises DatabaseAwayError and ContentRefusedError."""
        deadline = DEADLINE_SECONDS + DEADLINE_SECONDS_PER_CHUNK * further_chunks
        try:
            result = await _within(deadline, self._persist(work))
        except _REFUSED as error:
            self._asked(True)
            raise ContentRefusedError(f"{type(error).__name__}: {error.diag.message_primary or 'refused'}") from error
        except (psycopg.Error, PoolTimeout, TooManyRequests, TimeoutError) as error:
            self._asked(False)
            raise DatabaseAwayError(type(error).__name__) from error
        self._asked(True)
        return result

    async def _persist(self, work: Work[T]) -> T:
        for _ in range(_TRIES - 1):
            with suppress(*_RETRIED):
                return await self._once(work)
        return await self._once(work)

    async def _once(self, work: Work[T]) -> T:
        async with self._pool.connection() as conn:
            try:
                await conn.execute(_BEGIN, prepare=False)  # the pool's context commits, or rolls back
                return await work(conn)
            except psycopg.errors.ReadOnlySqlTransaction:
                await conn.close()  # another host of DATABASE_URL may take writes: only a new connection finds it
                raise


async def accepts(conn: Connection, work: Work[Any]) -> str:
    """Try work within a transaction and undo it; return why the database refuses it, or nothing where it does not."""
    try:
        async with conn.transaction(force_rollback=True):
            await work(conn)
    except _REFUSED as error:
        return f"{type(error).__name__}: {error.diag.message_primary or 'refused'}"
    return ""


async def _within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns, or raise TimeoutError and leave it to end by itself.

    It is not waited for: a server that is frozen answers a cancel no sooner than a statement.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise TimeoutError
    return task.result()
