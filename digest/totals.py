"""Figures of a run that ends before anyone could scrape it: kept as totals, which ingest exposes."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from digest.delivery import Outcome
from digest.model.record import Record
from store.queries import queries


def count_run(conn: psycopg.Connection[Any], outcome: Outcome, seconds: float, sent_at: float | None) -> None:
    """Add one digest to the totals: how its delivery went, how long it took, and when the last one was sent."""
    with conn.transaction():
        _write(conn, "add_to_total", "alertgest_teams_delivery_total", 1, {"status": outcome})
        _write(conn, "add_to_total", "alertgest_digest_generation_duration_seconds_sum", seconds)
        _write(conn, "add_to_total", "alertgest_digest_generation_duration_seconds_count", 1)
        if sent_at is not None:
            _write(conn, "set_total", "alertgest_digest_last_sent_timestamp_seconds", sent_at)


def count_model(conn: psycopg.Connection[Any], record: Record) -> None:
    """Add what a model did for one digest: seconds, tokens, what was left out, which model it was, what failed."""
    name = {"model": record.model or "none"}
    with conn.transaction():
        _write(conn, "add_to_total", "alertgest_llm_request_duration_seconds_sum", record.seconds, name)
        _write(conn, "add_to_total", "alertgest_llm_request_duration_seconds_count", 1, name)
        for kind, tokens in (("prompt", record.prompt_tokens), ("completion", record.answer_tokens)):
            _write(conn, "add_to_total", "alertgest_llm_tokens_total", tokens, name | {"type": kind})
        _write(conn, "add_to_total", "alertgest_llm_truncations_total", float(record.left_out > 0))
        _write(conn, "add_to_total", "alertgest_llm_fallbacks_total", float(record.fallback))
        _write(conn, "add_to_total", "alertgest_llm_rejections_total", len(record.rejected))


def _write(
    conn: psycopg.Connection[Any], block: str, metric: str, value: float, labels: dict[str, str] | None = None
) -> None:
    values = {"metric": metric, "labels": Jsonb(labels or {}), "value": value}
    conn.execute(queries("digest", "digests.sql")[block], values)
