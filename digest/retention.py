"""Delete what has been kept long enough, in batches, so that capture never waits for a long lock."""

from datetime import datetime
from typing import Any

import psycopg

from digest.settings import RunSettings
from store.queries import queries

BATCH = 5000
"""Rows of one statement."""
_FILES = ("digests.sql", "cluster.sql", "health.sql", "noise.sql", "rollups.sql")


def prune(conn: psycopg.Connection[Any], settings: RunSettings, now: datetime, batch: int = BATCH) -> dict[str, int]:
    """Delete what is older than the settings say and return how many rows of each table went.

    An alert ages from its last sign of life: one that still fires stays. A window without a digest stays too.
    """
    alerts, rest = now - settings.alert_retention, now - settings.digest_retention
    resolved = _prune(conn, "prune_resolved", alerts, batch)
    _prune(conn, "prune_digest_alerts", rest, batch)
    return {
        "alerts": resolved + _prune(conn, "prune_firing", alerts, batch),
        "digests": _prune(conn, "prune_digests", rest, batch),
        "webhook_deliveries": _prune(conn, "prune_webhook_deliveries", rest, batch),
        "receiver_minutes": _prune(conn, "prune_receiver_minutes", rest, batch),
        "heartbeat_minutes": _prune(conn, "prune_heartbeat_minutes", rest, batch),
        "ingest_quarantine": _prune(conn, "prune_quarantine", rest, batch),
        "cluster_observations": _prune(conn, "prune_observations", now - settings.snapshot_retention, batch),
        "capture_windows": _prune(conn, "prune_windows", rest, batch),
        "alert_samples": _prune(conn, "prune_alert_samples", alerts, batch),
        "night_rollup_groups": _prune(conn, "prune_rollup_groups", now - settings.rollup_retention, batch),
        "night_rollups": _prune(conn, "prune_rollups", now - settings.rollup_retention, batch),
    }


def _prune(conn: psycopg.Connection[Any], block: str, before: datetime, batch: int) -> int:
    total, sql = 0, {name: text for file in _FILES for name, text in queries("digest", file).items()}
    while True:
        gone = conn.execute(sql[block], {"before": before, "batch": batch}).rowcount
        total += gone
        if gone < batch:
            return total
