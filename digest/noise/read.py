"""Read how the rules behaved from the alerts kept; the caller gives a transaction that sees one snapshot.

The database does what is heavy; firings come as a stream, a series at a time, so that half a million cost little
memory.
"""

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

import psycopg

from digest.alert_settings import AlertSettings
from digest.links import link
from digest.noise.behaviour import Behaviour, Span, behaviour
from digest.noise.model import Rule, RuleRecord, RuleVerdict
from digest.noise.replay import Series
from digest.noise.samples import share_of, silenced_shares
from digest.noise.together import Place, meetings
from digest.noise.verdict import FEWEST, SOON, judge, twins, worst_first
from digest.resources import EXPORTED, RESOURCE_LABELS
from store.matchers import any_matches, label_names
from store.queries import queries

Connection = psycopg.Connection[Any]
_AT_ONCE = 5000
"""Rows that the server sends at once."""
_RESOURCES = [*(f"{EXPORTED}{label}" for label in RESOURCE_LABELS), *RESOURCE_LABELS]
"""Where an exported label is there, the plain ones name the exporter."""


@dataclass(frozen=True)
class Asked:
    """The span that is asked for, ``since <= t < until`` (aware), and the zone of its days and hours."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def span(self) -> Span:
        """Return it in seconds."""
        return Span(int(self.since.timestamp()), int(self.until.timestamp()), self.zone)


@dataclass(frozen=True)
class RuleRow:
    """What the database counts of a rule; see ``RuleRecord``. ``began`` is the start of its first firing."""

    number: int
    rule: Rule
    runbook: str
    firings: int
    series: int
    firing_seconds: int
    began: int
    median_seconds: int
    cleared_soon: int


def read_rules(conn: Connection, asked: Asked, settings: AlertSettings) -> tuple[RuleVerdict, ...]:
    """Return the verdict on each rule that fired in the span, worst first; heartbeats and what is excluded are none.

    Must be called inside a transaction, in which it leaves temporary tables; raises psycopg.Error.
    """
    _prepare(conn, asked, settings)
    rows = {row.number: row for row in _rules(conn, asked)}
    names = {number: (row.rule, row.firings) for number, row in rows.items()}
    doubles = twins(meetings(_places(conn)), names, settings.severities.rank)
    shares = silenced_shares(conn, asked.since, asked.until)
    found = []
    for number, series in _by_rule(conn):
        row, seen = rows[number], behaviour(series, asked.span)
        record = _record(row, seen, asked.span, share_of(row.rule, shares))
        found.append(judge(record, seen.replayed, doubles.get(number)))
    return worst_first(found)


def first_kept(conn: Connection) -> datetime | None:
    """Return when the oldest of the alerts kept was received; None where there is none."""
    row = conn.execute(_sql("reach")).fetchone()
    return row[0] if row else None


def _prepare(conn: Connection, asked: Asked, settings: AlertSettings) -> None:
    names = label_names(settings.exclude + settings.heartbeats)
    parameters = {
        "since": asked.since,
        "until": asked.until,
        "stale": settings.stale_after,
        "cluster_label": settings.cluster_label,
        "names": names,
        "resources": _RESOURCES,
    }
    for block in ("no_jit", "rows", "analyze_rows", "series"):
        conn.execute(_sql(block), parameters)
    conn.execute(_sql("set_aside"), {"aside": json.dumps(_aside(conn, names, settings))})
    for block in ("analyze_series", "firings", "analyze_firings"):
        conn.execute(_sql(block))


def _aside(conn: Connection, names: list[str], settings: AlertSettings) -> list[list[str]]:
    """Return those values of the labels named by matchers that are of heartbeats or of excluded alerts."""
    sets = settings.exclude + settings.heartbeats
    found = [values for (values,) in conn.execute(_sql("matched"))]
    return [values for values in found if any_matches(sets, dict(zip(names, values, strict=True)))]


def _rules(conn: Connection, asked: Asked) -> Iterator[RuleRow]:
    for row in conn.execute(_sql("rules"), {"since_seconds": asked.span.since, "soon": SOON}):
        yield RuleRow(row[0], Rule(*row[1:5]), *row[5:])


def _places(conn: Connection) -> Iterator[Place]:
    for _, rows in groupby(_stream(conn, "places", {"fewest": FEWEST}), itemgetter(0)):
        rules, starts = array("q"), array("q")
        for _, rule, start in rows:
            rules.append(rule)
            starts.append(start)
        yield Place(rules, starts)


def _by_rule(conn: Connection) -> Iterator[tuple[int, Iterator[Series]]]:
    """Yield the number of each rule with its series, which must be taken before the next rule is."""
    for number, rows in groupby(_stream(conn, "by_series", {}), itemgetter(0)):
        yield number, (_series(list(some)) for _, some in groupby(rows, itemgetter(1)))


def _series(rows: list[tuple[int, ...]]) -> Series:
    return Series(*(tuple(row[column] for row in rows) for column in (2, 3, 4)))


def _record(row: RuleRow, seen: Behaviour, span: Span, silenced: float | None) -> RuleRecord:
    return RuleRecord(
        rule=row.rule,
        firings=row.firings,
        series=row.series,
        firing_seconds=row.firing_seconds,
        span_seconds=span.until - max(span.since, row.began),
        median_seconds=row.median_seconds,
        cleared_soon=row.cleared_soon,
        flapping_firings=seen.flapping_firings,
        hours=seen.hours,
        days=seen.days,
        has_runbook=bool(link(row.runbook)),
        silenced_share=silenced,
    )


def _stream(conn: Connection, block: str, parameters: dict[str, object]) -> Iterator[tuple[int, ...]]:
    with conn.cursor(f"noise_{block}", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        yield from cursor.execute(_sql(block), parameters)


def _sql(block: str) -> LiteralString:
    return queries("digest", "noise.sql")[block]
