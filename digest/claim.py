"""One window, one card: a claim with a lease, held by run and attempt, with no transaction left open.

``claimed`` becomes ``sending`` before the post and ``sent`` or ``failed`` after it. A claim whose lease is over may
be taken; one that was ``sending`` then may have been posted, and the new card says so. The database's clock decides
about leases, since several pods must agree on it. The next pod of the same Job need not wait for the lease: with a
podFailurePolicy, Kubernetes makes it only once the one before has failed for good (from 1.28 on,
https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-replacement-policy). Should the older one live after
all (a lost node), it finds its claim gone, and then waits for the lease like everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from digest.compare.rollup import Rollup
from digest.delivery import Cards, Delivery
from digest.model.record import Record
from store.queries import queries
from store.windows import StoredWindow, Window

POLL_SECONDS = 2.0
"""How often a run that lost looks again."""


@dataclass(frozen=True)
class Run:
    """One start of the program, and the UID of the Job that made it (empty where there is none)."""

    id: UUID
    job: str = ""


@dataclass(frozen=True)
class Claim:
    """The right to make one digest, as long as the lease lasts and nobody took it over."""

    id: UUID
    run_id: UUID
    attempt: int
    possible_repeat: bool


@dataclass(frozen=True)
class Made:
    """What is kept of a digest before it is posted."""

    facts: dict[str, Any]
    cards: Cards
    cut_off: datetime
    generated_at: datetime
    alerts: int
    """Occurrences, for the window's row."""
    record: Record | None = None
    """What a model did for it."""
    rollup: Rollup | None = None
    """What is kept of a window once its card is sent; None for an ad-hoc digest."""


def claim(conn: psycopg.Connection[Any], window: StoredWindow, run: Run, lease: timedelta) -> Claim | None:
    """Take the window's digest; None where another run holds it or has sent it."""
    span = {"start": window.window.start, "end": window.window.end}
    return _take(conn, "claim", {"window": window.id, "run": run.id, "job": run.job, "lease": lease} | span)


def claim_adhoc(
    conn: psycopg.Connection[Any], window: StoredWindow | None, span: Window, run: Run, lease: timedelta
) -> Claim | None:
    """Make the row of an ad-hoc digest, of which a window may have any number, but each Job only one.

    What an earlier pod of the Job has left is taken over; None where that one has sent it.
    """
    values: dict[str, Any] = {"window": window and window.id, "run": run.id, "job": run.job, "lease": lease}
    values |= {"start": span.start, "end": span.end}
    return _take(conn, "take_adhoc", values) or _take(conn, "claim_adhoc", values)


def claim_or_wait(
    conn: psycopg.Connection[Any],
    window: StoredWindow,
    run: Run,
    lease: timedelta,
    wait: Callable[[float], None],
) -> Claim | None:
    """Take the window's digest as soon as that is possible; None once another run has sent it."""
    while not sent_already(conn, window):
        taken = claim(conn, window, run, lease)
        if taken:
            return taken
        wait(POLL_SECONDS)
    return None


def sent_already(conn: psycopg.Connection[Any], window: StoredWindow) -> bool:
    """Say whether the window's scheduled digest has been sent."""
    row = conn.execute(_sql()["sent_already"], {"window": window.id}).fetchone()
    return bool(row and row[0])


def start_sending(conn: psycopg.Connection[Any], held: Claim, made: Made, lease: timedelta) -> bool:
    """Record the digest and that it is about to be posted; False where the claim is no longer ours."""
    values = {"facts": Jsonb(made.facts), "card": Jsonb(made.cards.first), "cut_off": made.cut_off}
    values |= {"now": made.generated_at}
    return bool(conn.execute(_sql()["sending"], _fence(held) | values | {"lease": lease}).fetchone())


def finish(conn: psycopg.Connection[Any], held: Claim, delivery: Delivery, now: datetime) -> bool:
    """Record how the post went; False where another run has taken the claim over meanwhile."""
    values = {
        "state": "sent" if delivery.outcome == "sent" else "failed",
        "detail": delivery.detail,
        "message_id": delivery.message_id or None,
        "uncertain": delivery.uncertain,
        "now": now,
    }
    return bool(conn.execute(_sql()["finish"], _fence(held) | values).fetchone())


def _take(conn: psycopg.Connection[Any], block: str, values: dict[str, Any]) -> Claim | None:
    row = conn.execute(_sql()[block], values).fetchone()
    return Claim(row[0], values["run"], row[1], row[2]) if row else None


def _fence(held: Claim) -> dict[str, Any]:
    return {"id": held.id, "run": held.run_id, "attempt": held.attempt}


def _sql() -> dict[str, LiteralString]:
    return queries("digest", "digests.sql")
