"""How fast the receiver is beside other ways to write the same alerts: ``make bench``.

Each figure is a ratio of two rates taken one after the other, of which the median of some rounds is told: acknowledged
alerts a second of the receiver over those of (a) the limit, the same rows by COPY into the same table, one commit for
each webhook, over as many connections to PostgreSQL as the receiver has; (b) one INSERT and commit for each alert;
(c) one INSERT for each alert, label and annotation; (d) one commit for each webhook, without group commit. Server,
PostgreSQL (fsync on) and wrk share the machine.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.load import by_copy, by_webhook
from bench.rivals import TABLES
from demo.postgres import cluster
from store.migrate import migrate
from tests.ingest_process import free_ports, wait_until_answers

ALERTS, CONNECTIONS = (1, 10, 50, 500, 10_000), (1, 16, 64)
POOL_SIZE, LARGE = 8, 10_000
SECONDS, ROUNDS = int(os.environ.get("BENCH_SECONDS", "3")), int(os.environ.get("BENCH_ROUNDS", "3"))
WAYS = ("per_alert", "relational", "alone")
MOST_ALERTS = {"per_alert": 500, "relational": 50, "alone": 1}
"""Up to which size a way is measured: a larger webhook takes it minutes."""


def main() -> None:
    """Print the table."""
    print("alerts a webhook | connections | alerts/s | of COPY | x INSERT each | x relational | x commit each")
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
            conn.execute(TABLES)
        for alerts in ALERTS:
            for connections in CONNECTIONS:
                _row(url, alerts, connections)


def _row(url: str, alerts: int, connections: int) -> None:
    rounds = [_round(url, alerts, connections, number) for number in range(ROUNDS)]
    rate = statistics.median(one["receiver"] for one in rounds)
    ratios = [_ratio(rounds, other) for other in ("copy", *WAYS)]
    print(f"{alerts:>16,} | {connections:>11} | {rate:>8,.0f} | " + " | ".join(ratios), flush=True)


def _ratio(rounds: list[dict[str, float]], other: str) -> str:
    if other not in rounds[0]:
        return "-"
    return f"{statistics.median(one['receiver'] / (one[other] or 1) for one in rounds):.2f}"


def _round(url: str, alerts: int, connections: int, number: int) -> dict[str, float]:
    seconds = SECONDS if alerts < LARGE else SECONDS * 3
    rates = {}
    for way in ("receiver", *(way for way in WAYS if alerts <= MOST_ALERTS[way])):
        _empty(url)
        with _serving(way, url) as address:
            rates[way] = by_webhook(address, alerts, connections, seconds, f"{number:x}")
            if way == "per_alert":  # what it has committed of a webhook counts, also where it was not done with it
                rates[way] = max(rates[way], _stored(url) / seconds)
    _empty(url)
    return rates | {"copy": by_copy(url, alerts, min(connections, POOL_SIZE), seconds, f"{number:x}")}


def _stored(url: str) -> int:
    with psycopg.connect(url) as conn:
        return sum(row[0] for row in conn.execute("SELECT count(*) FROM alerts"))


def _empty(url: str) -> None:
    """Let each measurement begin with the same tables, with nothing left to write and nobody at work."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )
        conn.execute("TRUNCATE alerts, webhook_deliveries, rival_alerts, rival_labels, rival_annotations CASCADE")
        conn.execute("CHECKPOINT")


@contextmanager
def _serving(way: str, url: str) -> Iterator[str]:
    """Run a process that is killed at the end, with whatever it has not done yet."""
    ports = free_ports()
    environ = os.environ | ports | {"DATABASE_URL": url, "DATABASE_POOL_SIZE": str(POOL_SIZE)}
    command = [sys.executable, "-m", "bench.rivals", way]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{ports['APP_PORT']}"
            wait_until_answers(f"{address}/ready")
            yield address
        finally:
            process.kill()


if __name__ == "__main__":
    main()
