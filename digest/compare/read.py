"""Read the nights kept and compare a period with them, in the transaction in which its facts were read."""

from collections import defaultdict
from typing import Any

import psycopg

from digest.compare.compare import Known, by_key, compare
from digest.compare.history import Night, Sighting, look_back
from digest.compare.hours import mask, slices
from digest.compare.model import Comparison
from digest.compare.rollup import key_of
from digest.facts import Facts, Group, Period
from digest.rows import Key
from store.queries import queries

Connection = psycopg.Connection[Any]
_KEY = 5


def read_comparison(conn: Connection, facts: Facts) -> Comparison:
    """Return the comparison of facts that are not redacted yet.

    Reads the temporary tables that ``read_facts`` left in the same transaction; raises psycopg.Error.
    """
    sql, span = queries("digest", "rollups.sql"), {"start": facts.period.start, "end": facts.period.end}
    whole = _whole(conn, facts)
    windows = [Night(*row) for row in conn.execute(sql["nights"], span)]
    past = look_back(windows, facts.period, whole=whole)
    keys = {group.id: key_of(group) for group in facts.groups}
    asked = span | {"keys": list(keys.values()), "nights": past.asked_for}
    sightings = by_key([Sighting(str(row[0]), *row[1:]) for row in conn.execute(sql["sightings"], asked)])
    hours = _hours(conn, facts.period)
    known = {
        group.id: Known(keys[group.id], hours.get(_names(group), 0), sightings.get(keys[group.id], ()))
        for group in facts.groups
    }
    return compare(facts, past, known, whole=whole)


def _whole(conn: Connection, facts: Facts) -> bool:
    """Say whether the period is a window from its start to its end; what is still open is none."""
    period = facts.period
    if facts.kind == "scheduled":
        return True
    span = {"start": period.start, "end": period.end}
    row = conn.execute(queries("digest", "rollups.sql")["whole"], span).fetchone()
    return bool(row and row[0]) and period.cut_off >= period.end


def _hours(conn: Connection, period: Period) -> dict[Key, int]:
    """Return the local hours in which each group fired, a bit for each."""
    parts, found = slices(period), defaultdict[Key, set[int]](set)
    asked = {"start": period.start, "limit": period.limit, "slices": [start for start, _ in parts]}
    for row in conn.execute(queries("digest", "rollups.sql")["hours"], asked):
        first, last = row[_KEY:]
        found[Key(*row[:_KEY])].update(hour for _, hour in parts[first - 1 : last])
    return {key: mask(some) for key, some in found.items()}


def _names(group: Group) -> Key:
    return Key(group.source, group.cluster, group.alertname, group.severity, group.namespace)
