"""What ``alertgest-digest noise`` does between the settings and the printed report."""

from datetime import datetime, timedelta
from typing import Any

import psycopg

from digest.noise.model import Report
from digest.noise.read import Asked, first_kept, read_rules
from digest.redact import redact
from digest.settings import DigestSettings
from store.queries import queries

Connection = psycopg.Connection[Any]
WEEKS = 4
"""How many weeks are read where nothing else is asked for; four are within the usual retention."""


def noise_report(conn: Connection, settings: DigestSettings, weeks: int, now: datetime) -> Report:
    """Return the report of the weeks until now, as far back as alerts are kept; raises psycopg.Error."""
    until = now.replace(microsecond=0)
    asked, kept = until - timedelta(weeks=weeks), until - settings.run.alert_retention
    zone = settings.schedule.zone
    with conn.transaction():
        sql, wait = queries("digest", "digests.sql"), settings.database_wait_seconds
        conn.execute(sql["snapshot"])
        conn.execute(sql["statement_timeout"], {"milliseconds": str(wait * 1000)})
        since = max(asked, kept)
        rules = read_rules(conn, Asked(since, until, zone), settings.alerts)
        notes = _limits(asked, kept, first_kept(conn), settings)
    return redact(Report(since, until, zone.key, rules, notes))


def _limits(asked: datetime, kept: datetime, first: datetime | None, settings: DigestSettings) -> tuple[str, ...]:
    """Return why the report does not reach back as far as was asked."""
    notes = []
    if kept > asked:
        days = settings.run.alert_retention.days
        notes.append(f"Alerts are kept for {days} days only (ALERT_RETENTION_DAYS): the report begins there.")
    if first is None:
        notes.append("No alert is kept.")
    elif first > max(asked, kept):
        at = first.astimezone(settings.schedule.zone)
        notes.append(f"The oldest alert kept came on {at:%a %d %b %Y %H:%M}: nothing is known of the time before.")
    return tuple(notes)
