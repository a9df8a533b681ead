"""Read the facts of a period; the caller gives a transaction that sees one snapshot."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

import psycopg

from digest.aggregate import aggregate, by_importance
from digest.alert_settings import AlertSettings
from digest.compare.read import read_comparison
from digest.confirm.apply import correct
from digest.confirm.by_group import by_group
from digest.confirm.model import Confirmation, Corrected, Seen
from digest.detail import MOST_OF_GROUP, MOST_SPANS, drawn, shares
from digest.facts import Facts, Period
from digest.health.measure import away_of
from digest.health.read import read_health, read_heartbeats
from digest.resources import ASKED_LABELS
from digest.rows import BurstRow, EpisodeRow, GroupRow, Key, LabelRow, LateRow, Rows, SampleRow, SpanRow
from store.matchers import any_matches, label_names
from store.queries import queries

Connection = psycopg.Connection[Any]
_KEY = 5


def read_facts(
    conn: Connection,
    period: Period,
    settings: AlertSettings,
    kind: Literal["scheduled", "adhoc"],
    seen: Seen | None = None,
) -> Facts:
    """Return the facts; leaves the temporary tables that ``record_alerts`` needs in the same transaction.

    ``seen`` is what Alertmanager and Prometheus say of the period. Must be called inside a transaction; raises
    psycopg.Error.
    """
    facts = aggregate(read_rows(conn, period, settings, seen), period, settings, kind)
    return replace(facts, comparison=read_comparison(conn, facts))


def record_alerts(conn: Connection, digest_id: UUID) -> None:
    """Keep which episodes the digest tells, those that ``read_facts`` found in the same transaction."""
    sql = queries("digest", "facts.sql")
    for block in ("record", "record_late"):
        conn.execute(sql[block], {"digest_id": digest_id})


def read_rows(conn: Connection, period: Period, settings: AlertSettings, seen: Seen | None = None) -> Rows:
    """Return what the queries tell of a period; inside a transaction; raises psycopg.Error."""
    sql, parameters = queries("digest", "facts.sql"), _parameters(period, settings)
    for block in ("settings", "episodes", "late_episodes"):
        conn.execute(sql[block], parameters)
    health = read_health(conn, parameters)
    corrected = correct(conn, seen, period, settings, away_of(health, period)) if seen else Corrected()
    _set_aside(conn, settings)
    for block in ("analyze", "numbers", "analyze_groups", "series", "analyze_series"):
        conn.execute(sql[block])
    conn.execute(sql["fired"], parameters)

    def fetch(block: str) -> list[tuple[Any, ...]]:
        return conn.execute(sql[block], parameters).fetchall()

    received, truncated, quarantined = fetch("capture")[0]
    groups = tuple(GroupRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("groups"))
    parameters |= _chosen(by_importance(groups, settings))
    return Rows(
        groups,
        tuple(LabelRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("labels")),
        tuple(SampleRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("samples")),
        tuple(BurstRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("bursts")),
        read_heartbeats(conn, parameters),
        tuple(LateRow(row[0], Key(*row[1 : _KEY + 1]), *row[_KEY + 1 :]) for row in fetch("late")),
        received,
        truncated,
        quarantined,
        _confirmation(seen, corrected) if seen else None,
        by_group(corrected),
        health,
        tuple(SpanRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("spans")),
        tuple(EpisodeRow(Key(*row[:_KEY]), *row[_KEY:]) for row in fetch("newest")),
    )


def _chosen(told: Sequence[GroupRow]) -> dict[str, object]:
    """Return the parameters that say of which groups spans and episodes are read, by importance."""
    return {
        "drawn": json.dumps([key._asdict() for key in drawn(told)]),
        "listed": json.dumps([key._asdict() for key in shares(told)]),
        "most_spans": MOST_SPANS,
        "most_episodes": MOST_OF_GROUP,
    }


def _confirmation(seen: Seen, corrected: Corrected) -> Confirmation:
    problems = (*seen.confirmation.problems, *filter(None, [corrected.problem]))
    return replace(seen.confirmation, unrouted=corrected.unrouted, problems=problems)


def _set_aside(conn: Connection, settings: AlertSettings) -> None:
    """Part heartbeats and excluded episodes from the others, by the values of the labels that matchers name."""
    sql, names = queries("digest", "facts.sql"), _names(settings)
    roles = []
    for (values,) in conn.execute(sql["matched"]):
        labels = dict(zip(names, values, strict=True))
        if any_matches(settings.exclude, labels):
            roles.append({"matched": values, "role": "excluded"})
        elif any_matches(settings.heartbeats, labels):
            roles.append({"matched": values, "role": "heartbeat"})
    conn.execute(sql["roles"], {"roles": json.dumps(roles)})
    for block in ("aside", "part", "late_aside"):
        conn.execute(sql[block])


def _names(settings: AlertSettings) -> list[str]:
    return label_names(settings.exclude + settings.heartbeats)


def _parameters(period: Period, settings: AlertSettings) -> dict[str, object]:
    return {
        "start": period.start,
        "end": period.end,
        "cut_off": period.cut_off,
        "limit": period.limit,
        "stale": settings.stale_after,
        "cluster_label": settings.cluster_label,
        "names": _names(settings),
        "resources": list(ASKED_LABELS),
    }
