"""A database that takes connections and then says nothing gets senders their 503 in time, and the pod recovers."""

from pathlib import Path

import psycopg
import pytest
import requests

from demo.postgres import cluster
from store.migrate import migrate
from tests.frozen import frozen
from tests.ingest_process import alert, ingest_process, wait_until, webhook

BODY = webhook(alert("Crash", "2026-07-01T20:00:00Z"))
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found by /proc, on Linux")


def test_a_frozen_database_gets_503_within_three_seconds_and_the_pod_stays_ready_for_a_while() -> None:
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        with ingest_process(url) as address:
            assert requests.post(f"{address}/api/v1/alerts", json=BODY, timeout=5).status_code == 200
            with frozen(running):
                answers = [requests.post(f"{address}/api/v1/alerts", json=BODY, timeout=10) for _ in range(3)]
                assert [answer.status_code for answer in answers] == [503] * 3
                assert max(answer.elapsed.total_seconds() for answer in answers) < 3
                assert requests.get(f"{address}/ready", timeout=5).json()["status"] == "away"
            wait_until(lambda: requests.post(f"{address}/api/v1/alerts", json=BODY, timeout=10).status_code == 200)
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT count(*) FROM alerts").fetchall() == [(1,)]
