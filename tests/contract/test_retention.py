"""What is deleted when, on a real server."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

from digest.cluster.model import (
    FailedJob,
    NodeCondition,
    Observation,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    WarningEvent,
    Workload,
)
from digest.cluster.remember import recall, remember
from digest.retention import prune
from digest.settings import read_settings
from store.connect import connect

NOW = datetime(2026, 7, 31, 8, tzinfo=UTC)
SETTINGS = read_settings(
    {"DATABASE_URL": "postgresql://localhost/a", "ALERT_RETENTION_DAYS": "10", "DIGEST_RETENTION_DAYS": "20"}
).run


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def alert(conn: psycopg.Connection[Any], name: str, started: float, ended: float | None, heard: float) -> None:
    status = "firing" if ended is None else "resolved"
    end = None if ended is None else days_ago(ended)
    conn.execute(
        "INSERT INTO alerts (fingerprint, status, labels, annotations, starts_at, ends_at, received_at,"
        " last_received_at) VALUES (%s, %s, '{}', '{}', %s, %s, %s, %s)",
        (name, status, days_ago(started), end, days_ago(started), days_ago(heard)),
    )


def window(conn: psycopg.Connection[Any], ended: float, status: str, digest: float | None = None) -> None:
    span = (days_ago(ended + 0.5), days_ago(ended))
    row = conn.execute(
        "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, %s) RETURNING id",
        (*span, status),
    ).fetchone()
    assert row
    if digest is not None:
        conn.execute(
            "INSERT INTO digests (capture_window_id, kind, state, run_id, lease_until, period_start, period_end)"
            " VALUES (%s, 'scheduled', 'sent', %s, '2000-01-01', %s, %s)",
            (row[0], uuid4(), *span),
        )


def test_an_alert_ages_from_its_last_sign_of_life(database: str) -> None:
    with connect(database) as conn:
        alert(conn, "cleared long ago", 40, 11, 11)
        alert(conn, "cleared lately", 40, 9, 9)
        alert(conn, "silent for long", 40, None, 11)
        alert(conn, "still firing", 400, None, 0.2)
        gone = prune(conn, SETTINGS, NOW)
        left = {row[0] for row in conn.execute("SELECT fingerprint FROM alerts")}
    assert left == {"cleared lately", "still firing"}
    assert gone["alerts"] == 2


def test_what_a_digest_told_goes_with_the_alert_or_with_the_digest_whichever_goes_first(database: str) -> None:
    with connect(database) as conn:
        window(conn, 30, "digest_sent", digest=30)  # goes: digests are kept for 20 days
        window(conn, 15, "digest_sent", digest=15)
        alert(conn, "old", 15, 14, 14)  # goes: alerts are kept for 10 days
        alert(conn, "lasting", 31, None, 0.1)
        conn.execute("INSERT INTO digest_alerts SELECT d.id, a.id, 'firing' FROM digests d, alerts a")
        gone = prune(conn, SETTINGS, NOW, batch=1)
        assert (gone["alerts"], gone["digests"]) == (1, 1)
        left = conn.execute(
            "SELECT fingerprint, period_end FROM digest_alerts"
            " LEFT JOIN alerts a ON a.id = alert_id LEFT JOIN digests d ON d.id = digest_id"
        )
        assert left.fetchall() == [("lasting", days_ago(15))]


def test_several_batches_take_everything(database: str) -> None:
    with connect(database) as conn:
        for number in range(7):
            alert(conn, str(number), 40, 39, 39)
        assert prune(conn, SETTINGS, NOW, batch=3)["alerts"] == 7


def test_windows_go_with_their_digests_but_never_the_newest_nor_an_untold_one(database: str) -> None:
    with connect(database) as conn:
        window(conn, 40, "completed")
        window(conn, 30, "digest_sent", digest=30)
        window(conn, 29, "skipped")
        window(conn, 21, "digest_sent", digest=21)
        gone = prune(conn, SETTINGS, NOW)
        assert (gone["digests"], gone["capture_windows"]) == (2, 2)
        rows = conn.execute("SELECT window_end, status FROM capture_windows ORDER BY window_end").fetchall()
    assert rows == [(days_ago(40), "completed"), (days_ago(21), "digest_sent")]


def test_records_of_deliveries_and_quarantine_go(database: str) -> None:
    with connect(database) as conn:
        for days in (21, 19):
            conn.execute(
                "INSERT INTO webhook_deliveries (received_at, source, n_alerts) VALUES (%s, 'a', 1)", (days_ago(days),)
            )
            conn.execute(
                "INSERT INTO ingest_quarantine (received_at, source, reason, raw, raw_length)"
                " VALUES (%s, 'a', 'b', '', 0)",
                (days_ago(days),),
            )
        gone = prune(conn, SETTINGS, NOW)
    assert (gone["webhook_deliveries"], gone["ingest_quarantine"]) == (1, 1)


def test_minutes_of_receivers_and_heartbeats_go(database: str) -> None:
    with connect(database) as conn:
        for days in (21, 20.5, 19):
            conn.execute("INSERT INTO receiver_minutes (minute, receiver) VALUES (%s, 'pod-1')", (days_ago(days),))
            conn.execute("INSERT INTO heartbeat_minutes VALUES ('default', 'f', %s)", (days_ago(days),))
        gone = prune(conn, SETTINGS, NOW, batch=1)
        left = conn.execute("SELECT minute FROM receiver_minutes UNION ALL SELECT minute FROM heartbeat_minutes")
        assert left.fetchall() == [(days_ago(19),)] * 2
    assert (gone["receiver_minutes"], gone["heartbeat_minutes"]) == (2, 2)


def test_observations_of_the_cluster_go_but_for_the_last_count_of_each_workloads_replicas(database: str) -> None:
    shop, bank = Workload("Deployment", "shop", "api"), Workload("Deployment", "bank", "api")
    ends = [Termination("u", "main", "shop", "api-1", shop, "n", "Error", 1, days_ago(days)) for days in (21, 8, 6)]
    counts = [
        ReplicaCount(shop, 3, days_ago(20)),
        ReplicaCount(shop, 5, days_ago(9)),
        ReplicaCount(bank, 1, days_ago(9)),
    ]
    with connect(database) as conn:
        assert remember(conn, [*ends, *counts]) == 6
        assert prune(conn, SETTINGS, NOW)["cluster_observations"] == 3
        left = recall(conn, days_ago(30), NOW, [])
    assert {(type(one).__name__, one.at) for one in left} == {
        ("Termination", days_ago(6)),
        ("ReplicaCount", days_ago(9)),
    }


def test_what_was_remembered_comes_back_as_it_was(database: str) -> None:
    workload = Workload("Deployment", "shop", "api", guessed=True)
    seen: list[Observation] = [
        Pod("u1", "shop", "api-1", workload, "n", "CrashLoopBackOff", False, 7, days_ago(1)),
        Pod("u2", "shop", "api-2", workload, "n", "Running", True, 0, days_ago(1)),
        Rollout(workload, 2, days_ago(1), "", "reg/api:2", rollback=True),
        WarningEvent("e", "shop", "Pod", "api-1", "BackOff", "text \u00fc \\u0000", 3, days_ago(2), days_ago(1)),
        NodeCondition("n", "Ready", "Unknown", True, "", days_ago(1)),
        FailedJob(workload, "shop", "backup", "Deadline", days_ago(1)),
    ]
    with connect(database) as conn:
        remember(conn, seen)
        back = recall(conn, days_ago(2), NOW, [("shop", "api-1")])
    assert sorted(back, key=repr) == sorted((one for one in seen if one.key != "u2"), key=repr)
