"""Correct the episodes that were read for a period by what the sources say; on a connection inside a transaction."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar

import psycopg

from digest.alert_settings import AlertSettings
from digest.confirm.model import Corrected, Episode, Seen, SeriesId
from digest.confirm.reasons import Reasons
from digest.confirm.reconcile import Night, reconcile
from digest.facts import Period, our_clusters
from digest.health.model import Span
from store.matchers import any_matches, label_names
from store.queries import queries

Connection = psycopg.Connection[Any]
BATCH = 5000
"""Rows of one statement."""
_SERIES = 4
T = TypeVar("T")


def correct(conn: Connection, seen: Seen, period: Period, settings: AlertSettings, away: tuple[Span, ...]) -> Corrected:
    """Correct ``told_episodes`` and return what was changed; ``away`` is when no webhook could be kept.

    Raises psycopg.Error.
    """
    sql, parameters = queries("digest", "confirm.sql"), {"start": period.start, "end": period.end}
    names = label_names(settings.exclude + settings.heartbeats)
    wanted = _alertnames(seen)
    with conn.cursor(name="stored") as cursor:
        cursor.itersize = BATCH
        cursor.execute(sql["stored"], {"names": wanted})
        night = _night(conn, seen, period, settings, away)
        rows = (episode for row in cursor for episode in _episodes(row))
        rules = (tuple(some) for _, some in groupby(rows, lambda row: row.series.labels.get("alertname", "")))
        corrected = reconcile(rules, night)
    for batch in _batches(corrected.changed):
        conn.execute(sql["change"], {"rows": json.dumps([_change(row) for row in batch])})
    conn.execute(sql["gone"], parameters)
    for batch in _batches(corrected.added):
        added = json.dumps([_added(row) for row in batch])
        conn.execute(sql["add"], parameters | {"rows": added, "names": names})
    return corrected


def _night(conn: Connection, seen: Seen, period: Period, settings: AlertSettings, away: tuple[Span, ...]) -> Night:
    sql, parameters = queries("digest", "confirm.sql"), {"start": period.start}
    there = our_clusters(conn.execute(sql["clusters"]).fetchall(), settings.cluster_name)
    receivers = frozenset(name for (name,) in conn.execute(sql["receivers"], parameters))
    return Night(
        seen,
        period,
        settings.cluster_label,
        there or frozenset({("default", settings.cluster_name)}),
        _closable(conn, seen, there, settings),
        receivers,
        Reasons(seen.alertmanager.silences if seen.alertmanager else (), away),
        settings.exclude + settings.heartbeats,
    )


def _closable(
    conn: Connection, seen: Seen, ours: frozenset[tuple[str, str]], settings: AlertSettings
) -> frozenset[str]:
    """Return the sources whose absent alerts have cleared: the only one, or those that Alertmanager shares alerts with.

    Where Alertmanager lacks even a heartbeat that fired, alerts do not reach it, and nothing has cleared for that.
    """
    sources = {source for source, _ in ours}
    if not seen.alertmanager:
        return frozenset()
    living = {one.fingerprint for one in seen.alertmanager.living}
    rows = conn.execute(queries("digest", "confirm.sql")["open"]).fetchall()
    beats = {source for source, fingerprint, labels in rows
             if fingerprint not in living and any_matches(settings.heartbeats, labels)}  # fmt: skip
    shared = {source for source, fingerprint, _ in rows if fingerprint in living}
    return frozenset((sources if len(sources) == 1 else sources & shared) - beats)


def _alertnames(seen: Seen) -> list[str]:
    firing = set(seen.prometheus.series) if seen.prometheus else set()
    living = {one.labels.get("alertname", "") for one in seen.alertmanager.living} if seen.alertmanager else set()
    return sorted(firing | living)


def _episodes(row: tuple[Any, ...]) -> Iterator[Episode]:
    series = SeriesId(*row[:_SERIES])
    for id_, starts_at, last_firing_at, state, until in zip(*row[_SERIES:], strict=True):
        yield Episode(id_, series, starts_at, last_firing_at, state, until)


def _change(row: Episode) -> dict[str, object]:
    return {"id": str(row.id)} | _times(row)


def _added(row: Episode) -> dict[str, object]:
    series = row.series
    named = {"source": series.source, "cluster": series.cluster, "fingerprint": series.fingerprint}
    about = {"labels": dict(series.labels), "annotations": dict(series.annotations)}
    news = {"generator_url": series.generator_url, "last_firing_at": row.last_firing_at.isoformat()}
    return named | about | news | _times(row)


def _times(row: Episode) -> dict[str, object]:
    until = row.until.isoformat() if row.until else None
    return {"starts_at": row.starts_at.isoformat(), "state": row.state, "until": until}


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(rows), BATCH):
        yield rows[first : first + BATCH]
