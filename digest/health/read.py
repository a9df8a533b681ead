"""Read the health of the capture; in the transaction in which the facts of the period are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg

from digest.rows import HealthRow, HeartbeatRow
from store.queries import queries

Connection = psycopg.Connection[Any]
_NAMED = 3


def read_health(conn: Connection, parameters: Mapping[str, object]) -> HealthRow:
    """Return what the receivers told of a period (``start``, ``limit``); raises psycopg.Error."""
    sql = queries("digest", "health.sql")

    def fetch(block: str) -> tuple[tuple[Any, ...], ...]:
        return tuple(conn.execute(sql[block], parameters).fetchall())

    ((known,),), ((webhooks, alerts),) = fetch("known"), fetch("deliveries")
    return HealthRow(known, fetch("alive"), fetch("database_away"), fetch("answers"), webhooks, alerts)


def read_heartbeats(conn: Connection, parameters: Mapping[str, object]) -> tuple[HeartbeatRow, ...]:
    """Return the heartbeats that ``read_facts`` has set aside in this transaction, with their minutes."""
    minutes = {
        row[:_NAMED]: tuple(row[_NAMED]) for row in conn.execute(queries("digest", "health.sql")["beats"], parameters)
    }
    rows = conn.execute(queries("digest", "facts.sql")["heartbeats"], parameters).fetchall()
    return tuple(replace(HeartbeatRow(*row), minutes=minutes.get(row[:_NAMED], ())) for row in rows)
