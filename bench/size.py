"""What a night takes in the database, by table: the figures of docs/production.md (``python -m bench.size``)."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench.large_night import END, fill
from demo.postgres import cluster
from store.connect import connect
from store.migrate import migrate
from tests.receiver import receiver
from tests.shell import Shell

_EPISODES = 40_000
_TABLES = ("alerts", "webhook_deliveries", "digest_alerts", "digests", "receiver_minutes", "night_rollup_groups")
_TO_LAST_NIGHT = """
UPDATE alerts SET starts_at = starts_at + by, ends_at = ends_at + by, received_at = received_at + by,
    last_received_at = last_received_at + by, last_firing_at = last_firing_at + by,
    resolved_received_at = resolved_received_at + by
FROM (SELECT %(by)s::interval AS by) AS moved
"""
_WEBHOOKS = """
INSERT INTO webhook_deliveries (received_at, source, receiver, group_key, status, n_alerts)
SELECT received_at, source, 'alertgest', '{}/{}:{' || (
    SELECT string_agg(key || '="' || value || '"', ', ' ORDER BY key) FROM jsonb_each_text(labels)) || '}', status, 1
FROM alerts
"""
"""With ``group_by: ["..."]`` a group's key names every label."""
_MINUTES = """
INSERT INTO receiver_minutes (minute, receiver, answers)
SELECT %(end)s - interval '1 minute' * number, 'alertgest-ingest-5d9c7b6f4-abcde-12345678', '{"200": 5}'
FROM generate_series(1, 1440) AS number
"""


def main() -> None:
    """Print the bytes of a row of each table, indexes included, after a night was told."""
    with cluster() as running, receiver() as teams:
        url = running.server.url("postgres")
        end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with connect(url) as conn:
            _make(conn, end)
        done = Shell(url, teams)("run", ALERT_RETENTION_DAYS="3650")
        with connect(url) as conn:
            conn.execute("VACUUM FULL ANALYZE")
            lines = [_line(conn, table) for table in _TABLES]
    sys.stdout.write("".join(lines))
    if done.returncode:
        sys.exit(done.stderr)


def _make(conn: psycopg.Connection[Any], end: datetime) -> None:
    migrate(conn)
    fill(conn, _EPISODES)
    conn.execute(_TO_LAST_NIGHT, {"by": end - END})
    conn.execute(_WEBHOOKS)
    conn.execute(_MINUTES, {"end": end})
    conn.execute(
        "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed')",
        (end - timedelta(hours=14), end),
    )


def _line(conn: psycopg.Connection[Any], table: str) -> str:
    ((rows, size),) = conn.execute(
        f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}"  # type: ignore[arg-type] # noqa: S608 - a name of ours
    ).fetchall()
    return f"{table:20} {rows:8,} rows {size / max(1, rows):10,.0f} bytes a row\n"


if __name__ == "__main__":
    main()
