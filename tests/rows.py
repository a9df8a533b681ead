"""Episodes written straight into the table, as ingest leaves them."""

import json
from datetime import UTC, datetime
from typing import Any

import psycopg

from store.fingerprint import fingerprint

NIGHT = datetime(2026, 7, 1, 18, tzinfo=UTC)
"""18:00; the night ends at 08:00 on the 2nd."""

_INSERT = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations,
                    starts_at, ends_at, received_at, last_received_at, last_firing_at, resolved_received_at)
VALUES (%(source)s, %(fingerprint)s, %(alertname)s, %(status)s, %(severity)s, %(namespace)s, %(labels)s,
        %(annotations)s, %(start)s, %(end)s, %(start)s, %(heard)s, %(heard)s, %(end)s)
"""


def at(clock: str) -> datetime:
    """Return a time of the night: HH:MM, before noon on the 2nd of July, from noon on the 1st."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(2026, 7, 1 if hour >= 12 else 2, hour, minute, tzinfo=UTC)


def episode(
    conn: psycopg.Connection[Any], name: str, start: str, end: str | None = None, heard: str = "", **labels: str
) -> None:
    """Insert an episode; without ``end`` it fires, and was last heard of at ``heard`` (or its start)."""
    fired(conn, name, at(start), at(end) if end else None, at(heard or start), **labels)


def fired(
    conn: psycopg.Connection[Any], name: str, start: datetime, end: datetime | None, heard: datetime, **labels: str
) -> None:
    """Insert an episode of any times."""
    shown = {"alertname": name, "severity": "warning", "namespace": "shop"} | labels
    source = shown.pop("source", "default")
    values = {
        "source": source,
        "fingerprint": fingerprint(shown),
        "alertname": name,
        "status": "resolved" if end else "firing",
        "severity": shown["severity"],
        "namespace": shown["namespace"],
        "labels": json.dumps(shown),
        "annotations": json.dumps({"summary": f"{name} happened", "runbook_url": f"https://runbooks.example/{name}"}),
        "start": start,
        "end": end,
        "heard": heard,
    }
    conn.execute(_INSERT, values)
