"""Messages become rows: all of a batch in one transaction, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from ingest.batch import Told, chunks
from ingest.database import Connection, Database, accepts
from ingest.heartbeats import beats
from ingest.minutes import Minute
from ingest.payload import Episode, Rejected
from store.matchers import MatcherSet
from store.queries import queries

KEPT_BYTES = 65_536
"""How much of an unreadable body or alert is kept."""


@dataclass(frozen=True)
class Kept:
    """What became of a message: episodes that are new, that were known, and that were dropped outside the window."""

    inserted: int
    merged: int
    discarded: int
    quarantined: int
    """Alerts that could not be read or that the database refused."""
    stored: Mapping[tuple[str, str], int]
    """How many of the first two there are of each alertname and severity."""


class Keeper:
    """Writes messages; ``discard_outside`` drops new episodes outside a capture window."""

    def __init__(self, database: Database, *, discard_outside: bool, heartbeats: tuple[MatcherSet, ...]) -> None:
        """Use ``database``; alerts that match ``heartbeats`` beat."""
        self._database, self._discard, self._heartbeats = database, discard_outside, heartbeats
        self._sql = queries("ingest", "ingest.sql")

    async def keep(self, batch: Sequence[Told]) -> list[Kept]:
        """Commit messages and return what became of each; raises DatabaseAwayError and ContentRefusedError."""

        async def work(conn: Connection) -> list[Kept]:
            kept = await self._merge(conn, batch)
            await self._quarantine(conn, [(one, rejected) for one in batch for rejected in one.message.rejected])
            deliveries = [_delivery(one, its) for one, its in zip(batch, kept, strict=True)]
            await conn.execute(self._sql["deliver"], {"deliveries": _json(deliveries)})
            if heard := _heard(batch, self._heartbeats):
                await conn.execute(self._sql["beat"], {"heard": _json(heard)})
            return kept

        return await self._database.transaction(work, int(sum(one.statements for one in batch)))

    async def sift(self, told: Told) -> Kept:
        """Commit what the database takes of a message and quarantine the rest of it; raises DatabaseAwayError."""

        async def work(conn: Connection) -> list[tuple[Episode, str]]:
            return await self._refused(conn, told, told.message.episodes)

        refused = await self._database.transaction(work, told.size)
        bad = [episode for episode, _ in refused]
        good = tuple(episode for episode in told.message.episodes if episode not in bad)
        rejected = tuple(Rejected(reason, msgspec.json.encode(episode)) for episode, reason in refused)
        sifted = replace(told.message, episodes=good, rejected=told.message.rejected + rejected)
        return (await self.keep([replace(told, message=sifted)]))[0]

    async def quarantine(self, told: Told) -> None:
        """Commit what of a message could not be read, without a delivery; raises DatabaseAwayError."""

        async def work(conn: Connection) -> None:
            await self._quarantine(conn, [(told, rejected) for rejected in told.message.rejected])

        await self._database.transaction(work)

    async def tell_minutes(self, receiver: str, minutes: Iterable[Minute]) -> None:
        """Commit what a receiver did in these minutes; safe to repeat; raises DatabaseAwayError."""
        rows = [{"minute": m.start, "answers": m.answers, "database_away": m.database_away} for m in minutes]

        async def work(conn: Connection) -> None:
            await conn.execute(self._sql["tell_minutes"], {"receiver": receiver, "minutes": _json(rows)})

        await self._database.transaction(work)

    async def fetch(self, block: str, **parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of a reading block; raises DatabaseAwayError."""

        async def work(conn: Connection) -> list[tuple[Any, ...]]:
            return await (await conn.execute(self._sql[block], parameters)).fetchall()

        return await self._database.transaction(work)

    async def _merge(self, conn: Connection, batch: Sequence[Told]) -> list[Kept]:
        messages = [
            {"number": number, "source": one.source, "received_at": one.received_at} for number, one in enumerate(batch)
        ]
        common = {"messages": _json(messages), "discard": self._discard}
        sent: Counter[int] = Counter()
        stored: list[Counter[tuple[bool, str, str]]] = [Counter() for _ in batch]
        for chunk in chunks(batch):
            sent.update(row.number for row in chunk)
            cursor = await conn.execute(self._sql["merge"], common | {"rows": _json(chunk)})
            for number, new, alertname, severity, rows in await cursor.fetchall():
                stored[number][new, alertname, severity] += rows
        return [_kept(sent[number], stored[number], len(one.message.rejected)) for number, one in enumerate(batch)]

    async def _quarantine(self, conn: Connection, rejected: Iterable[tuple[Told, Rejected]]) -> None:
        rows = [
            {
                "source": told.source, "received_at": told.received_at, "reason": one.reason,
                "raw": one.raw[:KEPT_BYTES], "raw_length": len(one.raw),
            }
            for told, one in rejected
        ]  # fmt: skip
        if rows:
            await conn.cursor().executemany(self._sql["quarantine"], rows)

    async def _refused(self, conn: Connection, told: Told, episodes: Sequence[Episode]) -> list[tuple[Episode, str]]:
        """Return the episodes that the database refuses, each with the reason, by trying ever smaller halves."""
        part = replace(told, message=replace(told.message, episodes=tuple(episodes)))
        reason = await accepts(conn, lambda inner: self._merge(inner, [part]))
        if not reason:
            return []
        if len(episodes) == 1:
            return [(episodes[0], reason)]
        half = len(episodes) // 2
        return await self._refused(conn, told, episodes[:half]) + await self._refused(conn, told, episodes[half:])


def _kept(sent: int, stored: Counter[tuple[bool, str, str]], rejected: int) -> Kept:
    inserted = sum(rows for (new, _, _), rows in stored.items() if new)
    total: Counter[tuple[str, str]] = Counter()
    for (_, alertname, severity), rows in stored.items():
        total[alertname, severity] += rows
    return Kept(inserted, stored.total() - inserted, sent - stored.total(), rejected, total)


def _delivery(told: Told, kept: Kept) -> dict[str, Any]:
    message = told.message
    return {
        "received_at": told.received_at, "source": told.source,
        "receiver": message.receiver, "group_key": message.group_key, "status": message.status,
        "n_alerts": told.size, "n_rejected": kept.quarantined,
        "n_truncated": message.truncated, "n_discarded": kept.discarded,
    }  # fmt: skip


def _heard(batch: Sequence[Told], heartbeats: tuple[MatcherSet, ...]) -> list[dict[str, Any]]:
    return [
        {"source": one.source, "received_at": one.received_at, "fingerprint": fingerprint}
        for one in batch
        for fingerprint in beats(one.message.episodes, heartbeats)
    ]


def _json(value: object) -> Jsonb:
    return Jsonb(value, dumps=_encode)


_encode: Callable[[object], bytes] = msgspec.json.encode
