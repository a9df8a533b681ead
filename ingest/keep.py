"""A message becomes rows: all of it in one transaction, or nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from ingest.payload import Episode, Message, Rejected
from store.queries import queries

CHUNK = 500
"""Episodes in one statement: keeps memory flat for storms of thousands."""
DEADLINE_SECONDS = 30.0
"""How long a whole message may take once it has a connection."""
KEPT_BYTES = 65_536
"""How much of an unreadable body or alert is kept."""
_TRIES = 3
_RETRIED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)

T = TypeVar("T")
Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]


class DatabaseAwayError(Exception):
    """The database did not take the message; the sender should try again."""


@dataclass(frozen=True)
class Kept:
    """What became of a message: episodes that are new, that were known, and that were dropped outside the window."""

    inserted: int
    merged: int
    discarded: int


class Keeper:
    """Writes messages through a pool; ``discard_outside`` drops new episodes outside a capture window."""

    def __init__(self, pool: Pool, *, discard_outside: bool) -> None:
        """Use ``pool``, which the caller opens and closes."""
        self._pool, self._discard = pool, discard_outside
        self._sql = queries("ingest", "ingest.sql")

    async def keep(self, message: Message, source: str, received_at: datetime) -> Kept:
        """Commit the message and return what became of it; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> Kept:
            common = {"source": source, "received_at": received_at}
            kept = await self._merge(conn, message, common)
            await self._quarantine(conn, message.rejected, common)
            await conn.execute(self._sql["deliver"], common | _delivery(message, kept))
            return kept

        return await self._in_transaction(work)

    async def quarantine(self, rejected: Rejected, source: str, received_at: datetime) -> None:
        """Commit a body that could not be read; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> None:
            await self._quarantine(conn, [rejected], {"source": source, "received_at": received_at})

        await self._in_transaction(work)

    async def fetch(self, block: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a reading block; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> list[tuple[Any, ...]]:
            return await (await conn.execute(self._sql[block], parameters)).fetchall()

        return await self._in_transaction(work)

    async def _in_transaction(self, work: Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                for _ in range(_TRIES - 1):
                    with suppress(*_RETRIED):
                        return await self._once(work)
                return await self._once(work)
        except (psycopg.Error, PoolTimeout, TooManyRequests, TimeoutError) as error:
            raise DatabaseAwayError(type(error).__name__) from error

    async def _once(self, work: Callable[[psycopg.AsyncConnection[Any]], Awaitable[T]]) -> T:
        async with self._pool.connection() as conn, conn.transaction():
            return await work(conn)

    async def _merge(self, conn: psycopg.AsyncConnection[Any], message: Message, common: dict[str, Any]) -> Kept:
        inserted = merged = 0
        for chunk in chunks(message.episodes):
            rows = msgspec.json.encode(chunk).decode()
            cursor = await conn.execute(self._sql["merge"], common | {"rows": rows, "discard": self._discard})
            new = [row[0] for row in await cursor.fetchall()]
            inserted += sum(new)
            merged += len(new) - sum(new)
        return Kept(inserted, merged, len(message.episodes) - inserted - merged)

    async def _quarantine(
        self, conn: psycopg.AsyncConnection[Any], rejected: Iterable[Rejected], common: dict[str, Any]
    ) -> None:
        for one in rejected:
            row = {"reason": one.reason, "raw": one.raw[:KEPT_BYTES], "raw_length": len(one.raw)}
            await conn.execute(self._sql["quarantine"], common | row)


def chunks(episodes: Iterable[Episode]) -> Iterator[list[Episode]]:
    """Yield the episodes in chunks in which no key comes twice, since one statement cannot change a row twice."""
    left = list(episodes)
    while left:
        chunk: dict[tuple[str, datetime], Episode] = {}
        later: list[Episode] = []
        for episode in left:
            key = (episode.fingerprint, episode.starts_at)
            if key in chunk or len(chunk) == CHUNK:
                later.append(episode)
            else:
                chunk[key] = episode
        yield list(chunk.values())
        left = later


def _delivery(message: Message, kept: Kept) -> dict[str, Any]:
    return {
        "receiver": message.receiver,
        "group_key": message.group_key,
        "status": message.status,
        "n_alerts": len(message.episodes) + len(message.rejected),
        "n_rejected": len(message.rejected),
        "n_truncated": message.truncated,
        "n_discarded": kept.discarded,
    }
