"""Read the facts of a period; the caller gives a transaction that sees one snapshot."""

import json
from typing import Any, Literal
from uuid import UUID

import psycopg

from digest.aggregate import aggregate
from digest.facts import Facts, Period
from digest.matchers import MatcherSet
from digest.resources import RESOURCE_LABELS
from digest.rows import BurstRow, GroupRow, Key, LabelRow, LateRow, Rows, SampleRow
from digest.settings import AlertSettings
from store.queries import queries

Connection = psycopg.Connection[Any]
_KEY = 5


def read_facts(conn: Connection, period: Period, settings: AlertSettings, kind: Literal["scheduled", "adhoc"]) -> Facts:
    """Return the facts; leaves the temporary tables that ``record_alerts`` needs in the same transaction.

    Must be called inside a transaction; raises psycopg.Error.
    """
    return aggregate(_rows(conn, period, settings), period, settings, kind)


def record_alerts(conn: Connection, digest_id: UUID) -> None:
    """Keep which episodes the digest tells, those that ``read_facts`` found in the same transaction."""
    sql = queries("digest", "facts.sql")
    for block in ("record", "record_late"):
        conn.execute(sql[block], {"digest_id": digest_id})


def _rows(conn: Connection, period: Period, settings: AlertSettings) -> Rows:
    sql, parameters = queries("digest", "facts.sql"), _parameters(period, settings)
    conn.execute(sql["no_jit"])
    for block in ("episodes", "series", "late_episodes"):
        conn.execute(sql[block], parameters)

    def fetch(block: str) -> list[tuple[Any, ...]]:
        return conn.execute(sql[block], parameters).fetchall()

    received, truncated, quarantined = fetch("capture")[0]
    return Rows(
        tuple(GroupRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("groups")),
        tuple(LabelRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("labels")),
        tuple(SampleRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("samples")),
        tuple(BurstRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("bursts")),
        tuple(LateRow(row[0], Key(*row[1 : _KEY + 1]), *row[_KEY + 1 :]) for row in fetch("late")),
        received,
        truncated,
        quarantined,
    )


def _parameters(period: Period, settings: AlertSettings) -> dict[str, object]:
    return {
        "start": period.start,
        "end": period.end,
        "cut_off": period.cut_off,
        "limit": min(period.end, period.cut_off),
        "stale": settings.stale_after,
        "cluster_label": settings.cluster_label,
        "exclude": matchers_json(settings.exclude),
        "resources": list(RESOURCE_LABELS),
    }


def matchers_json(sets: tuple[MatcherSet, ...]) -> str:
    """Return matcher sets as the queries take them; regular expressions are anchored, as Alertmanager does."""
    return json.dumps(
        [
            [{"name": m.name, "op": m.op, "value": f"^(?:{m.value})$" if "~" in m.op else m.value} for m in one]
            for one in sets
        ]
    )
