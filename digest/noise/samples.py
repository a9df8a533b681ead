"""What an Alertmanager had of each rule at one moment: kept, and read back as the part that was silenced."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg

from digest.noise.model import Rule
from store.queries import queries

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class AlertSample:
    """How many series of a rule fired, and how many of those were silenced and how many inhibited (both: in both).

    ``rule.source`` is empty where it is not known which source of the receiver that Alertmanager is; the sample then
    counts for every source.
    """

    rule: Rule
    firing: int
    silenced: int
    inhibited: int


def record_samples(conn: Connection, at: datetime, samples: Iterable[AlertSample]) -> None:
    """Keep one sample for each rule; the same moment told again replaces what it said. Raises psycopg.Error.

    Samples of one rule are added up, so that several Alertmanagers, each with alerts of its own, may be sampled. Text
    that PostgreSQL cannot hold (NUL, lone surrogates) is kept without it.
    """
    rows = [_storable(asdict(one.rule)) | _counts(one) for one in samples]
    if rows:
        conn.execute(queries("digest", "noise.sql")["record_samples"], {"at": at, "rows": json.dumps(rows)})


def silenced_shares(conn: Connection, since: datetime, until: datetime) -> Mapping[Rule, float]:
    """Return for each sampled rule the silenced part of its firing series over all samples, 0 to 1."""
    rows = conn.execute(queries("digest", "noise.sql")["silenced"], {"since": since, "until": until})
    return {Rule(*row[:4]): float(row[4] / row[5]) for row in rows}


def share_of(rule: Rule, shares: Mapping[Rule, float]) -> float | None:
    """Return the share of a rule: that of its own source, else that of an unknown one, else None."""
    unknown = Rule("", rule.cluster, rule.alertname, rule.severity)
    share = shares.get(rule, shares.get(unknown))
    return None if share is None else round(share, 4)


def _counts(one: AlertSample) -> dict[str, int]:
    return {"firing": one.firing, "silenced": one.silenced, "inhibited": one.inhibited}


def _storable(texts: Mapping[str, str]) -> dict[str, Any]:
    return {name: text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8") for name, text in texts.items()}
