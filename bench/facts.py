"""How long the facts of a large night take and what they cost in memory: ``make bench``.

Each figure is taken in a process of its own against an embedded PostgreSQL; the ratio to the smallest night tells
how the cost grows, on any machine.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import psycopg

from demo.postgres import cluster
from digest.facts import Period
from digest.facts_json import to_json
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.migrate import migrate

EPISODES = (10_000, 100_000)
GROUPS = 300
PERIOD_START = datetime(2026, 7, 1, 18, tzinfo=UTC)
END = PERIOD_START + timedelta(hours=14)

FILL = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations,
                    starts_at, ends_at, received_at, last_received_at, last_firing_at, resolved_received_at)
SELECT 'default', to_hex(n / 3), a, 'resolved', s, ns,
       jsonb_build_object('alertname', a, 'severity', s, 'namespace', ns, 'pod', 'pod-' || n / 3,
                          'node', 'node-' || n %% 40, 'team', 'team-' || n %% 7), '{"summary": "A pod fails"}',
       t, t + interval '4 minutes', t, t + interval '4 minutes', t, t + interval '4 minutes'
FROM (SELECT n, 'Alert' || (n / 3) %% %(groups)s / 3 a, (ARRAY['critical', 'warning', 'info'])[1 + (n / 3) %% 3] s,
             'namespace-' || (n / 3) %% %(groups)s ns, %(start)s::timestamptz + interval '1 second' * (n %% 48000) t
      FROM generate_series(1, %(episodes)s) n) q
ON CONFLICT DO NOTHING
"""


def measure(url: str) -> None:
    """Read the facts once and print seconds, peak memory in MiB and the occurrences told."""
    settings = read_settings(os.environ | {"DATABASE_URL": url})
    period = Period(PERIOD_START, END, END, "UTC")
    with connect(url) as conn:
        begun = time.perf_counter()
        with conn.transaction():
            facts = read_facts(conn, period, settings.alerts, "scheduled")
        to_json(facts)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.2f} {peak:.0f} {facts.totals.occurrences}")


def main() -> None:
    """Fill a database for each size and measure in a fresh process."""
    print("episodes  seconds  peak MiB  occurrences")
    with cluster() as running:
        for episodes in EPISODES:
            name = f"bench_{episodes}"
            with psycopg.connect(running.server.url("postgres"), autocommit=True) as conn:
                conn.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
            url = running.server.url(name)
            with psycopg.connect(url, autocommit=True) as conn:
                migrate(conn)
                conn.execute(FILL, {"groups": GROUPS, "start": PERIOD_START, "episodes": episodes})
                conn.execute("VACUUM ANALYZE alerts")
            done = subprocess.run(
                [sys.executable, "-m", "bench.facts", url], check=True, stdout=subprocess.PIPE, text=True
            )
            seconds, peak, occurrences = done.stdout.split()
            print(f"{episodes:>8}  {seconds:>7}  {peak:>8}  {occurrences:>11}")


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
