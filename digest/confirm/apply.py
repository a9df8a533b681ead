"""Correct the episodes that were read for a period by what the sources say; on a connection inside a transaction."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

import psycopg

from digest.alert_settings import AlertSettings
from digest.confirm.model import Corrected, Episode, Seen, SeriesId
from digest.confirm.reasons import Reasons
from digest.confirm.reconcile import Night, reconcile
from digest.facts import Period, our_clusters
from digest.health.model import Span
from store.matchers import MatcherSet, any_matches, label_names
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
    if not seen.alertmanager and not seen.prometheus:
        return Corrected()
    there = frozenset(conn.execute(queries("digest", "confirm.sql")["clusters"]).fetchall())
    ours = our_clusters(there, settings.cluster_name)
    if there and not ours:
        label, known = settings.cluster_label, ", ".join(sorted({cluster for _, cluster in there}))
        return Corrected(problem=f"Nothing was confirmed: CLUSTER_NAME is no value of the label {label} ({known})")
    sql, parameters = queries("digest", "confirm.sql"), {"start": period.start, "end": period.end}
    names = label_names(settings.exclude + settings.heartbeats)
    wanted = _alertnames(seen)
    with conn.cursor(name="stored") as cursor:
        cursor.itersize = BATCH
        cursor.execute(sql["stored"], {"names": wanted})
        night = _night(conn, seen, _Place(period, settings, ours, away))
        rows = (episode for row in cursor for episode in _episodes(row))
        rules = (tuple(some) for _, some in groupby(rows, lambda row: row.series.labels.get("alertname", "")))
        corrected = reconcile(rules, night)
    corrected = _without_heartbeats(corrected, settings.heartbeats)
    for batch in _batches(corrected.changed):
        conn.execute(sql["change"], {"rows": json.dumps([_change(row) for row in batch])})
    conn.execute(sql["gone"], parameters)
    for batch in _batches(corrected.added):
        added = json.dumps([_added(row) for row in batch])
        conn.execute(sql["add"], parameters | {"rows": added, "names": names})
    return corrected


@dataclass(frozen=True)
class _Place:
    """What is corrected: a period, by which settings, of which sources and clusters, and when no receiver ran."""

    period: Period
    settings: AlertSettings
    ours: frozenset[tuple[str, str]]
    away: tuple[Span, ...]

    @property
    def clusters(self) -> frozenset[str] | None:
        """Clusters whose alerts may be added; None where nothing tells which."""
        name = self.settings.cluster_name
        if not self.ours and not name:
            return None
        return frozenset({"", name, *(cluster for _, cluster in self.ours)})


def _without_heartbeats(corrected: Corrected, heartbeats: tuple[MatcherSet, ...]) -> Corrected:
    """Leave heartbeats as webhooks told them: they prove that those arrive, which no source can."""

    def some(rows: Iterable[Episode]) -> tuple[Episode, ...]:
        return tuple(row for row in rows if not any_matches(heartbeats, row.series.labels))

    return replace(corrected, changed=some(corrected.changed), added=some(corrected.added))


def _night(conn: Connection, seen: Seen, place: _Place) -> Night:
    settings, ours, sql = place.settings, place.ours, queries("digest", "confirm.sql")
    parameters = {"start": place.period.start, "sources": [source for source, _ in ours]}
    receivers = frozenset(name for (name,) in conn.execute(sql["receivers"], parameters))
    return Night(
        seen,
        place.period,
        settings.cluster_label,
        ours or frozenset({("default", settings.cluster_name)}),
        _closable(conn, seen, place),
        receivers,
        Reasons(seen.alertmanager.silences if seen.alertmanager else (), place.away),
        place.clusters,
        settings.exclude + settings.heartbeats,
    )


def _closable(conn: Connection, seen: Seen, place: _Place) -> frozenset[str]:
    """Return the sources whose absent alerts have cleared: the only one, or those that Alertmanager shares alerts with.

    Where Alertmanager lacks even a heartbeat that fired, alerts do not reach it, and nothing has cleared for that.
    """
    sources = {source for source, _ in place.ours}
    if not seen.alertmanager:
        return frozenset()
    settings, posting = place.settings, _posting(conn, place.period)
    living = {one.fingerprint for one in seen.alertmanager.living}
    rows = conn.execute(queries("digest", "confirm.sql")["open"]).fetchall()
    beats = {source for source, fingerprint, labels in rows
             if fingerprint not in living and any_matches(settings.heartbeats, labels)}  # fmt: skip
    shared = {source for source, fingerprint, _ in rows if fingerprint in living}
    return frozenset((sources if len(sources | posting) == 1 else sources & shared) - beats)


def _posting(conn: Connection, period: Period) -> set[str]:
    """Return the sources that posted lately."""
    rows = conn.execute(queries("digest", "confirm.sql")["sources"], {"start": period.start})
    return {source for (source,) in rows}


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
