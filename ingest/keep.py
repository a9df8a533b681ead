"""A message becomes rows: all of it in one transaction, or nothing."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from ingest.heartbeats import beats
from ingest.minutes import Minute
from ingest.payload import Episode, Message, Rejected
from store.matchers import MatcherSet
from store.queries import queries

CHUNK = 500
"""Episodes in one statement: keeps memory flat for storms of thousands."""
DEADLINE_SECONDS = 2.5
"""How long a message of one chunk may take before the sender is told to try again."""
DEADLINE_SECONDS_PER_CHUNK = 0.5
"""What each further chunk adds to it."""
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
    stored: Mapping[tuple[str, str], int]
    """How many of the first two there are of each alertname and severity."""


class Keeper:
    """Writes messages through a pool; ``discard_outside`` drops new episodes outside a capture window."""

    def __init__(
        self,
        pool: Pool,
        *,
        discard_outside: bool,
        heartbeats: tuple[MatcherSet, ...],
        asked: Callable[[bool], None],
    ) -> None:
        """Use ``pool``, which the caller opens and closes; ``asked`` is told whether the database took each request."""
        self._pool, self._discard, self._heartbeats, self._asked = pool, discard_outside, heartbeats, asked
        self._sql = queries("ingest", "ingest.sql")

    async def keep(self, message: Message, source: str, received_at: datetime) -> Kept:
        """Commit the message and return what became of it; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> Kept:
            common = {"source": source, "received_at": received_at}
            kept = await self._merge(conn, message, common)
            await self._quarantine(conn, message.rejected, common)
            await conn.execute(self._sql["deliver"], common | _delivery(message, kept))
            if heard := beats(message.episodes, self._heartbeats):
                await conn.execute(self._sql["beat"], common | {"fingerprints": heard})
            return kept

        return await self._in_transaction(work, (len(message.episodes) + len(message.rejected)) // CHUNK)

    async def quarantine(self, rejected: Rejected, source: str, received_at: datetime) -> None:
        """Commit a body that could not be read; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> None:
            await self._quarantine(conn, [rejected], {"source": source, "received_at": received_at})

        await self._in_transaction(work)

    async def tell_minutes(self, receiver: str, minutes: Iterable[Minute]) -> None:
        """Commit what a receiver did in these minutes; safe to repeat; raises DatabaseAwayError."""
        rows = [{"minute": m.start, "answers": m.answers, "database_away": m.database_away} for m in minutes]
        told = {"receiver": receiver, "minutes": msgspec.json.encode(rows).decode()}

        async def work(conn: psycopg.AsyncConnection[Any]) -> None:
            await conn.execute(self._sql["tell_minutes"], told)

        await self._in_transaction(work)

    async def fetch(self, block: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a reading block; raises DatabaseAwayError."""

        async def work(conn: psycopg.AsyncConnection[Any]) -> list[tuple[Any, ...]]:
            return await (await conn.execute(self._sql[block], parameters)).fetchall()

        return await self._in_transaction(work)

    async def _in_transaction(
        self, work: Callable[[psycopg.AsyncConnection[Any]], Coroutine[Any, Any, T]], further_chunks: int = 0
    ) -> T:
        deadline = DEADLINE_SECONDS + DEADLINE_SECONDS_PER_CHUNK * further_chunks
        try:
            result = await _within(deadline, self._persist(work))
        except (psycopg.Error, PoolTimeout, TooManyRequests, TimeoutError) as error:
            self._asked(False)
            raise DatabaseAwayError(type(error).__name__) from error
        self._asked(True)
        return result

    async def _persist(self, work: Callable[[psycopg.AsyncConnection[Any]], Coroutine[Any, Any, T]]) -> T:
        for _ in range(_TRIES - 1):
            with suppress(*_RETRIED):
                return await self._once(work)
        return await self._once(work)

    async def _once(self, work: Callable[[psycopg.AsyncConnection[Any]], Coroutine[Any, Any, T]]) -> T:
        async with self._pool.connection() as conn, conn.transaction():
            return await work(conn)

    async def _merge(self, conn: psycopg.AsyncConnection[Any], message: Message, common: dict[str, Any]) -> Kept:
        inserted = merged = sent = 0
        stored: Counter[tuple[str, str]] = Counter()
        for chunk in chunks(message.episodes):
            rows = {"rows": msgspec.json.encode(chunk).decode(), "discard": self._discard}
            cursor = await conn.execute(self._sql["merge"], common | rows)
            for new, alertname, severity, number in await cursor.fetchall():
                inserted, merged = (inserted + number, merged) if new else (inserted, merged + number)
                stored[alertname, severity] += number
            sent += len(chunk)
        return Kept(inserted, merged, sent - inserted - merged, stored)

    async def _quarantine(
        self, conn: psycopg.AsyncConnection[Any], rejected: Iterable[Rejected], common: dict[str, Any]
    ) -> None:
        rows = [
            common | {"reason": one.reason, "raw": one.raw[:KEPT_BYTES], "raw_length": len(one.raw)} for one in rejected
        ]
        if rows:
            await conn.cursor().executemany(self._sql["quarantine"], rows)


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


def chunks(episodes: Iterable[Episode]) -> Iterator[list[Episode]]:
    """Yield the episodes in chunks in which no key comes twice, since one statement cannot change a row twice.

    Equal ones are told once.
    """
    tellings: dict[tuple[str, datetime], list[Episode]] = {}
    for episode in episodes:
        tellings.setdefault((episode.fingerprint, episode.starts_at), []).append(episode)
    layers: list[list[Episode]] = []
    for some in tellings.values():
        for number, episode in enumerate(_different(some)):
            if number == len(layers):
                layers.append([])
            layers[number].append(episode)
    for layer in layers:
        for first in range(0, len(layer), CHUNK):
            yield layer[first : first + CHUNK]


def _different(tellings: list[Episode]) -> list[Episode]:
    if len(tellings) == 1:
        return tellings
    return list({msgspec.json.encode(one): one for one in tellings}.values())


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
