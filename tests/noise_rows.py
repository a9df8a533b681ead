"""Firings written straight into the table, as ingest leaves them, counted in minutes before a Monday morning."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from digest.settings import DigestSettings, read_settings

NOW = datetime(2026, 7, 27, 8, tzinfo=UTC)
"""A Monday."""
DAY = 24 * 60
Connection = psycopg.Connection[Any]
_INSERT = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations, starts_at,
                    ends_at, received_at, last_received_at, last_firing_at, resolved_received_at)
VALUES (%(source)s, %(fingerprint)s, %(name)s, %(status)s, %(severity)s, %(namespace)s, %(labels)s, %(annotations)s,
        %(start)s, %(end)s, %(start)s, %(heard)s, %(heard)s, %(end)s)
"""


def settings(**environ: str) -> DigestSettings:
    return read_settings({"DATABASE_URL": "postgresql://u@h/d", "CAPTURE_WINDOW_TIMEZONE": "UTC"} | environ)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def fire(
    conn: Connection, name: str, start: float, minutes: float | None, heard: float | None = None, **labels: str
) -> None:
    """Insert a firing that began so many minutes ago; without a length it was last heard of ``heard`` minutes ago."""
    shown = {"alertname": name, "severity": "warning", "namespace": "shop"} | labels
    source, runbook = shown.pop("source", "default"), shown.pop("runbook", "https://runbooks.example/it")
    values = {
        "source": source,
        "fingerprint": json.dumps(shown, sort_keys=True)[:128],
        "name": name,
        "status": "firing" if minutes is None else "resolved",
        "severity": shown["severity"],
        "namespace": shown["namespace"],
        "labels": json.dumps(shown),
        "annotations": json.dumps({"runbook_url": runbook} if runbook else {}),
        "start": ago(start),
        "end": None if minutes is None else ago(start - minutes),
        "heard": ago(start if heard is None else heard),
    }
    conn.execute(_INSERT, values)


def noisy(conn: Connection) -> None:
    """Let one rule clear within 4 minutes ten times, and others less often."""
    for name, firings in (("Worst", 10), ("Bad", 8), ("Third", 7), ("Fourth", 6)):
        for number in range(firings):
            fire(conn, name, 9000 - 600 * number, 4, pod=name)
