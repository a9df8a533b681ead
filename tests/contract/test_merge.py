"""The merge of an episode does not depend on the order in which, or how often, it was told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from store.queries import queries

START = datetime(2026, 7, 1, 20, tzinfo=UTC)
LABELS = ({"alertname": "A"}, {"alertname": "B", "severity": "critical"}, {"alertname": "A", "namespace": "shop"})
TEXTS: tuple[dict[str, str], ...] = ({}, {"summary": "one"}, {"summary": "two", "runbook_url": "x"})
Told = tuple[int, dict[str, str], dict[str, str], int | None]

tellings = st.lists(
    st.tuples(
        st.integers(0, 12), st.sampled_from(LABELS), st.sampled_from(TEXTS), st.one_of(st.none(), st.integers(1, 9))
    ),
    min_size=1,
    max_size=6,
)


def minutes(number: int | None) -> datetime | None:
    return None if number is None else START + timedelta(minutes=number)


def row_after(conn: psycopg.Connection[Any], told: list[Told]) -> tuple[Any, ...]:
    """Return the row that the messages leave, but for its id and how often it was told."""
    conn.execute("DELETE FROM alerts")
    for received, labels, annotations, end in told:
        ends_at = minutes(end)
        row = {
            "number": 0,
            "fingerprint": "f",
            "labels": labels,
            "annotations": annotations,
            "generator_url": "",
            "starts_at": START.isoformat(),
            "ends_at": ends_at and ends_at.isoformat(),
        }
        received_at = START + timedelta(minutes=received)
        message = {"number": 0, "source": "s", "received_at": received_at.isoformat()}
        told_row = {"messages": Jsonb([message]), "rows": Jsonb([row]), "discard": False}
        conn.execute(queries("ingest", "ingest.sql")["merge"], told_row)
    rows: list[tuple[Any, ...]] = conn.execute(
        "SELECT alertname, status, severity, namespace, labels::text, annotations::text, ends_at, received_at,"
        " last_received_at, last_firing_at, resolved_received_at FROM alerts"
    ).fetchall()
    return rows[0]


def test_any_order_of_any_messages_and_each_of_them_twice_leave_the_same_row(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:

        @settings(deadline=None, max_examples=60)
        @given(tellings, st.randoms())
        def same_row(told: list[Told], chance: Any) -> None:  # noqa: ANN401 - hypothesis gives its own Random
            again = [*told, *told]
            chance.shuffle(again)
            assert row_after(conn, told) == row_after(conn, again)

        same_row()


def test_the_row_has_the_latest_end_the_first_receipt_and_the_last_news(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        row = row_after(conn, [(5, LABELS[0], {}, 4), (1, LABELS[0], {}, None), (6, LABELS[0], {}, 3)])
    assert row[1] == "resolved"
    assert row[6:] == tuple(minutes(number) for number in (4, 1, 6, 1, 6))


def test_firing_again_long_after_a_resolve_of_the_same_start_fires(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        assert row_after(conn, [(1, LABELS[0], {}, 1), (4, LABELS[0], {}, None)])[1] == "firing"
        assert row_after(conn, [(1, LABELS[0], {}, 1), (2, LABELS[0], {}, None)])[1] == "resolved"
