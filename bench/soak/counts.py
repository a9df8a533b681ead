"""Every count of the database against the model, and the metrics of the receiver that lived through all of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.soak.model import Bounds, Model

_EPISODES = """
SELECT fingerprint, starts_at, status, ends_at, deliveries FROM alerts
WHERE source = 'default' AND fingerprint NOT LIKE 'old-%'
"""
_QUARANTINE = r"""
SELECT substring(convert_from(raw, 'LATIN1') FROM 'soak-[0-9a-f]+-\d+'), count(*) FROM ingest_quarantine GROUP BY 1
"""
_DELIVERIES = "SELECT group_key, count(*) FROM webhook_deliveries GROUP BY 1"
_OLD_LEFT = "SELECT count(*) FROM alerts WHERE fingerprint LIKE 'old-%'"


@dataclass(frozen=True)
class Count:
    """One line of the table: what must be, what is, and how much of it is lost or wrong."""

    what: str
    expected: str
    found: str
    wrong: int


def of_database(url: str, model: Model) -> Iterator[Count]:
    """Compare what the database holds with what was acknowledged."""
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        yield from _episodes(conn, model)
        yield _keyed("quarantined alerts and bodies", conn.execute(_QUARANTINE).fetchall(), model.quarantined)
        yield _keyed("webhook_deliveries", conn.execute(_DELIVERIES).fetchall(), model.delivered)


def old_rows(url: str) -> int:
    """Return how many rows that retention should have taken are there."""
    with psycopg.connect(url) as conn:
        return int(conn.execute(_OLD_LEFT).fetchall()[0][0])


def _episodes(conn: psycopg.Connection[Any], model: Model) -> Iterator[Count]:
    wrong: Counter[str] = Counter()
    rows = 0
    with conn.cursor("episodes") as cursor:
        cursor.itersize = 5_000
        for fingerprint, starts_at, status, ends_at, deliveries in cursor.execute(_EPISODES):
            rows += 1
            episode = model.episodes.get((fingerprint, starts_at))
            if not episode:
                wrong["unknown"] += 1
                continue
            wrong["state"] += status not in episode.states()
            wrong["ends_at"] += ends_at != episode.ends_at
            wrong["deliveries"] += not episode.deliveries.hold(deliveries)
    known = len(model.episodes)
    missing = known - (rows - wrong["unknown"])
    yield Count("episodes", f"{known:,}", f"{rows:,}", missing + wrong["unknown"])
    for what in ("state", "ends_at", "deliveries"):
        yield Count(f"their {what}", f"{known:,}", f"{known - missing - wrong[what]:,}", wrong[what] + missing)


def _keyed(what: str, rows: list[tuple[str, int]], expected: Mapping[str, Bounds]) -> Count:
    found = dict(rows)
    wrong = sum(not bounds.hold(found.get(key, 0)) for key, bounds in expected.items())
    wrong += len(found.keys() - expected.keys())
    least, most = sum(one.least for one in expected.values()), sum(one.most for one in expected.values())
    return Count(what, f"{least:,} to {most:,}", f"{sum(found.values()):,}", wrong)


def of_metrics(text: str, answers: Mapping[str, int], alerts: int) -> Iterator[Count]:
    """Compare the metrics of a receiver with the answers that it gave by code and the alerts that it acknowledged."""
    for code, number in sorted(answers.items()):
        yield _metric(
            f"webhooks answered with {code}", number, _sum(text, f'alertgest_webhooks_total{{code="{code}"}}')
        )
    yield _metric("alerts received", alerts, _sum(text, "alertgest_alerts_received_total{"))
    yield _metric("alerts stored", alerts, _sum(text, "alertgest_alerts_stored_total{"))


def _metric(what: str, expected: int, found: int) -> Count:
    return Count(f"metrics: {what}", f"{expected:,}", f"{found:,}", abs(expected - found))


def _sum(text: str, begin: str) -> int:
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(begin)))
