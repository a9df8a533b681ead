"""What the comparison of a night costs where two years of nights are kept: ``make bench``.

700 nights of 300 groups are kept as a run keeps them, beside three million episodes; the night after them is compared.
The server is started anew before the first reading, which therefore finds its own cache empty (not that of the system).
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg

from bench.large_night import END, GROUPS, PERIOD_START
from demo.postgres import cluster
from digest.compare.keep import keep_rollup
from digest.compare.read import read_comparison
from digest.compare.rollup import Rollup, roll_up
from digest.facts import Facts, Period
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.migrate import migrate

NIGHTS = 700
EPISODES = 3_000_000
READINGS = 3
DAY = timedelta(days=1)

FILL = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations,
                    starts_at, ends_at, received_at, last_received_at, last_firing_at, resolved_received_at)
SELECT 'default', to_hex(n %% 3000), a, 'resolved', s, ns,
       jsonb_build_object('alertname', a, 'severity', s, 'namespace', ns, 'pod', 'pod-' || n %% 3000,
                          'node', 'node-' || n %% 40, 'team', 'team-' || n %% 7), '{"summary": "A pod fails"}',
       t, t + interval '4 minutes', t, t + interval '4 minutes', t, t + interval '4 minutes'
FROM (SELECT n, 'Alert' || n %% %(groups)s / 3 a, (ARRAY['critical', 'warning', 'info'])[1 + n %% 3] s,
             'namespace-' || n %% %(groups)s ns,
             %(start)s::timestamptz - interval '1 day' * (n / %(groups)s %% (%(nights)s + 1))
                 + interval '1 second' * (n %% 48000) t
      FROM generate_series(1, %(episodes)s) n) q
"""


def main() -> None:
    """Fill a database, time how long a night takes to keep, and print seconds of the facts and of the comparison."""
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
            conn.execute(FILL, {"groups": GROUPS, "nights": NIGHTS, "episodes": EPISODES, "start": PERIOD_START})
            conn.execute("VACUUM ANALYZE alerts")
        kept = _keep_nights(url)
        running.stop("fast")
        running.start()
        print(f"{NIGHTS} nights of {GROUPS} groups kept, {kept * 1000:.0f} ms each; {EPISODES:,} episodes")
        print("reading  facts with comparison, s  comparison alone, s  groups  comparable nights")
        for reading in range(1, READINGS + 1):
            facts, whole, alone = _read(url)
            compared = facts.comparison.comparable if facts.comparison else 0
            print(f"{reading:>7}  {whole:>24.2f}  {alone:>19.3f}  {len(facts.groups):>6}  {compared:>17}")


def _keep_nights(url: str) -> float:
    """Keep a night like the last one for each night before it; return the seconds that one took."""
    with connect(url) as conn:
        with conn.transaction():
            last = roll_up(_facts(conn))
        begun = time.perf_counter()
        for night in _earlier(last):
            with conn.transaction():
                keep_rollup(conn, night)
        seconds = (time.perf_counter() - begun) / NIGHTS
        conn.execute("VACUUM ANALYZE night_rollups")
        conn.execute("VACUUM ANALYZE night_rollup_groups")
    return seconds


def _earlier(last: Rollup) -> Iterator[Rollup]:
    for number in range(NIGHTS, 0, -1):
        ago = number * DAY
        groups = tuple(
            replace(one, first_seen=one.first_seen - ago, last_seen=one.last_seen - ago) for one in last.groups
        )
        yield replace(last, window_start=last.window_start - ago, window_end=last.window_end - ago, groups=groups)


def _read(url: str) -> tuple[Facts, float, float]:
    with connect(url) as conn, conn.transaction():
        begun = time.perf_counter()
        facts = _facts(conn)
        between = time.perf_counter()
        read_comparison(conn, facts)
        return facts, between - begun, time.perf_counter() - between


def _facts(conn: psycopg.Connection[tuple[object, ...]]) -> Facts:
    settings = read_settings(os.environ | {"DATABASE_URL": "postgresql://u@h/d"})
    return read_facts(conn, Period(PERIOD_START, END, END, "UTC"), settings.alerts, "scheduled")


if __name__ == "__main__":
    sys.exit(main())
