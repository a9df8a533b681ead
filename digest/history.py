"""Past digests as they were: list them, load one, send one again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from digest.compare.keep import keep_rollup
from digest.compare.rollup import of_kept
from digest.delivery import Card, Cards, Delivery
from store.errors import AlertgestError
from store.queries import queries

_BEGINNING = re.compile(r"[0-9a-fA-F-]{4,36}")


class UnknownDigestError(AlertgestError):
    """There is no such digest, or it has nothing to show."""

    exit_code = 2


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    id: UUID
    kind: str
    state: str
    period_start: datetime
    period_end: datetime
    attempt: int
    possible_repeat: bool
    sent_at: datetime | None
    delivery_detail: str


@dataclass(frozen=True)
class Kept(Entry):
    """A digest with everything that was kept of it; ``facts`` and ``card`` are in their JSON form."""

    capture_window_id: UUID | None
    cut_off: datetime | None
    generated_at: datetime | None
    facts: dict[str, Any]
    card: Card
    raw_prompt: str | None
    raw_response: str | None


def entries(conn: psycopg.Connection[Any], limit: int) -> list[Entry]:
    """Return the newest digests, newest first."""
    with conn.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(queries("digest", "digests.sql")["history"], {"limit": limit}).fetchall()


def kept(conn: psycopg.Connection[Any], digest_id: str) -> Kept:
    """Return one digest by its id, or by how its id begins.

    Raises UnknownDigestError where there is none, or more than one, or nothing was generated yet.
    """
    wanted = _whole(conn, digest_id)
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(queries("digest", "digests.sql")["one"], {"id": wanted}).fetchone()
    if row is None:
        raise UnknownDigestError(f"There is no digest {wanted}; `history` lists them.")
    if row["facts"] is None or row["card"] is None:
        raise UnknownDigestError(f"The digest {wanted} has not been generated; its run ended before that.")
    return Kept(**row)


def _whole(conn: psycopg.Connection[Any], digest_id: str) -> UUID:
    try:
        return UUID(digest_id)
    except ValueError:
        pass
    if not _BEGINNING.fullmatch(digest_id):
        raise UnknownDigestError(
            f"{digest_id} is not the id of a digest, nor four characters of one; `history` lists them."
        )
    found = conn.execute(queries("digest", "digests.sql")["beginning"], {"beginning": digest_id.lower()}).fetchall()
    if not found:
        raise UnknownDigestError(f"There is no digest whose id begins with {digest_id}; `history` lists them.")
    if len(found) > 1:
        raise UnknownDigestError(f"More than one digest has an id that begins with {digest_id}; give more of it.")
    return UUID(str(found[0][0]))


def resend(
    conn: psycopg.Connection[Any], digest: Kept, post: Callable[[Cards], Delivery], clock: Callable[[], datetime]
) -> Delivery:
    """Post a card once more as it was; one that had failed then counts as sent, and its window as told."""
    sql = queries("digest", "digests.sql")
    conn.execute(sql["sending_again"], {"id": digest.id})
    delivery = post(Cards(digest.card, digest.card))
    if delivery.outcome == "sent":
        with conn.transaction():
            now = clock()
            conn.execute(sql["sent_again"], {"id": digest.id, "detail": delivery.detail, "now": now})
            if digest.kind == "scheduled" and digest.state != "sent":
                count = digest.facts.get("totals", {}).get("occurrences", 0)
                told = {"window": digest.capture_window_id, "generated": digest.generated_at, "now": now}
                conn.execute(sql["window_told"], told | {"count": count})
                if rollup := of_kept(digest.facts):
                    keep_rollup(conn, rollup)
    elif not delivery.uncertain:
        conn.execute(sql["not_sent_again"], {"id": digest.id, "repeat": digest.possible_repeat})
    return delivery
