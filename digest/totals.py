"""Figures of a run that ends before anyone could scrape it: kept as totals, which ingest exposes."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from digest.delivery import Outcome
from store.queries import queries


def count_run(conn: psycopg.Connection[Any], outcome: Outcome, seconds: float, sent_at: float | None) -> None:
    """Add one digest to the totals: how its delivery went, how long it took, and when the last one was sent."""
    with conn.transaction():
        _write(conn, "add_to_total", "alertgest_teams_delivery_total", 1, {"status": outcome})
        _write(conn, "add_to_total", "alertgest_digest_generation_duration_seconds_sum", seconds)
        _write(conn, "add_to_total", "alertgest_digest_generation_duration_seconds_count", 1)
        if sent_at is not None:
            _write(conn, "set_total", "alertgest_digest_last_sent_timestamp_seconds", sent_at)


def _write(
    conn: psycopg.Connection[Any], block: str, metric: str, value: float, labels: dict[str, str] | None = None
) -> None:
    values = {"metric": metric, "labels": Jsonb(labels or {}), "value": value}
    conn.execute(queries("digest", "digests.sql")[block], values)
