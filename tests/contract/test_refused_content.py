"""An alert that the database will never take is set aside; its neighbours and other senders are kept."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import requests

from tests.ingest_process import alert, ingest_process, webhook

START = "2026-07-01T20:00:00Z"
NEVER = "ALTER TABLE alerts ADD CONSTRAINT never_poison CHECK (alertname !~ 'Poison')"


def test_the_bad_alerts_of_a_webhook_are_quarantined_and_its_good_ones_kept(database: str) -> None:
    names = [f"{'Poison' if number in {3, 11, 12} else 'Good'}{number}" for number in range(16)]
    with psycopg.connect(database, autocommit=True) as conn, ingest_process(database) as address:
        conn.execute(NEVER)
        answer = requests.post(
            f"{address}/api/v1/alerts", json=webhook(*(alert(name, START) for name in names)), timeout=10
        )
        assert (answer.status_code, answer.json()) == (
            200, {"new": 13, "merged": 0, "discarded": 0, "quarantined": 3},
        )  # fmt: skip
        kept = {row[0] for row in conn.execute("SELECT alertname FROM alerts")}
        assert kept == {name for name in names if not name.startswith("Poison")}
        aside = conn.execute("SELECT reason, convert_from(raw, 'UTF8') FROM ingest_quarantine ORDER BY id").fetchall()
        assert [name for name in names if any(f'"{name}"' in raw for _, raw in aside)] == [
            "Poison3", "Poison11", "Poison12",
        ]  # fmt: skip
        assert all(reason.startswith("CheckViolation: ") and "never_poison" in reason for reason, _ in aside)
        assert conn.execute("SELECT n_alerts, n_rejected FROM webhook_deliveries").fetchall() == [(16, 3)]


def test_senders_whose_webhooks_are_committed_together_do_not_suffer_for_one_of_them(database: str) -> None:
    names = [f"{'Poison' if number % 8 == 0 else 'Good'}{number}" for number in range(64)]
    with (
        psycopg.connect(database, autocommit=True) as conn,
        ingest_process(database, DATABASE_POOL_SIZE="2") as address,
    ):
        conn.execute(NEVER)

        def post(name: str) -> tuple[int, int, int]:
            answer = requests.post(f"{address}/api/v1/alerts", json=webhook(alert(name, START)), timeout=10)
            return answer.status_code, answer.json()["new"], answer.json()["quarantined"]

        with ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(post, names))
        assert answers == [(200, 0, 1) if name.startswith("Poison") else (200, 1, 0) for name in names]
        assert conn.execute("SELECT count(*) FROM alerts").fetchone() == (56,)
        assert conn.execute("SELECT count(*), sum(n_rejected) FROM webhook_deliveries").fetchone() == (64, 8)
