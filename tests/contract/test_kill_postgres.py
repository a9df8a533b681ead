"""200 is never answered for what is not in the database, also when PostgreSQL is killed under load."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import psycopg
import requests

from demo.postgres import cluster
from store.migrate import migrate
from tests.ingest_process import alert, ingest_process, wait_until, webhook

CLIENTS = 8
ACKNOWLEDGED_BEFORE = 200


def test_nothing_acknowledged_is_missing_after_kill_9_of_postgresql_under_load() -> None:
    acknowledged: list[str] = []
    enough, stop = Event(), Event()

    def post(client: int) -> None:
        with requests.Session() as session:
            for number in count():
                if stop.is_set():
                    return
                name = f"Alert{client}x{number}"
                try:
                    body = webhook(alert(name, "2026-07-01T20:00:00Z"))
                    answer = session.post(f"{address}/api/v1/alerts", json=body, timeout=10)
                except requests.RequestException:
                    continue
                assert answer.status_code in {200, 503}
                if answer.status_code == 200:
                    acknowledged.append(name)
                if len(acknowledged) >= ACKNOWLEDGED_BEFORE:
                    enough.set()

    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        with ingest_process(url) as address, ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(post, client) for client in range(CLIENTS)]
            try:
                assert enough.wait(30)
                os.kill(running.pid(), signal.SIGKILL)
                running.restart_after_kill()
                before = len(acknowledged)
                wait_until(lambda: len(acknowledged) >= before + CLIENTS or any(client.done() for client in clients))
            finally:
                stop.set()
            for client in clients:
                client.result()
        with psycopg.connect(url) as conn:
            stored = {row[0] for row in conn.execute("SELECT alertname FROM alerts")}
    assert set(acknowledged) <= stored
    assert len(set(acknowledged)) == len(acknowledged)
