"""Figures of a run that ends before anyone could scrape it: kept as totals, which ingest exposes."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from digest.delivery import Outcome
from digest.model.record import Record
from store.queries import queries
from store.totals import (
    DELIVERIES,
    GENERATION,
    LAST_SENT,
    MODEL_FALLBACKS,
    MODEL_REJECTIONS,
    MODEL_SECONDS,
    MODEL_TOKENS,
    MODEL_TRUNCATIONS,
)


def count_run(conn: psycopg.Connection[Any], outcome: Outcome, seconds: float, sent_at: float | None) -> None:
    """Add one digest to the totals: how its delivery went, how long it took, and when the last one was sent."""
    with conn.transaction():
        _write(conn, "add_to_total", DELIVERIES.name, 1, {"status": outcome})
        _write(conn, "add_to_total", f"{GENERATION.name}_sum", seconds)
        _write(conn, "add_to_total", f"{GENERATION.name}_count", 1)
        if sent_at is not None:
            _write(conn, "set_total", LAST_SENT.name, sent_at)


def count_model(conn: psycopg.Connection[Any], record: Record) -> None:
    """Add what a model did for one digest: seconds, tokens, what was left out, which model it was, what failed."""
    name = {"model": record.model or "none"}
    with conn.transaction():
        _write(conn, "add_to_total", f"{MODEL_SECONDS.name}_sum", record.seconds, name)
        _write(conn, "add_to_total", f"{MODEL_SECONDS.name}_count", 1, name)
        for kind, tokens in (("prompt", record.prompt_tokens), ("completion", record.answer_tokens)):
            _write(conn, "add_to_total", MODEL_TOKENS.name, tokens, name | {"type": kind})
        _write(conn, "add_to_total", MODEL_TRUNCATIONS.name, float(record.left_out > 0))
        _write(conn, "add_to_total", MODEL_FALLBACKS.name, float(record.fallback))
        _write(conn, "add_to_total", MODEL_REJECTIONS.name, len(record.rejected))


def _write(
    conn: psycopg.Connection[Any], block: str, metric: str, value: float, labels: dict[str, str] | None = None
) -> None:
    values = {"metric": metric, "labels": Jsonb(labels or {}), "value": value}
    conn.execute(queries("digest", "digests.sql")[block], values)
