"""What it costs to hold a large night against Prometheus and Alertmanager: ``make bench``.

100,000 episodes of some 10,000 series that Prometheus knows as well: facts alone, and facts corrected, in processes of
their own; the ratio tells the cost on any machine.
"""

import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from datetime import timedelta

import psycopg

from bench.large_night import END, PERIOD_START, fill
from demo.postgres import cluster
from digest.confirm.model import AlertmanagerSeen, Confirmation, FiringSeries, Living, PrometheusSeen, Seen, Stretch
from digest.facts import Period
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.migrate import migrate

EPISODES = 100_000
_MOST_SERIES = 10_000
_LASTS = timedelta(minutes=5)


def sources(url: str) -> Seen:
    """Return what a Prometheus and an Alertmanager say that know many series of the night, each a minute longer."""
    series: dict[str, list[FiringSeries]] = defaultdict(list)
    living = []
    with connect(url) as conn:
        rows = conn.execute(
            "SELECT fingerprint, labels, array_agg(starts_at ORDER BY starts_at) FROM alerts GROUP BY 1, 2 LIMIT %s",
            [_MOST_SERIES],
        )
        for fingerprint, labels, starts in rows:
            stretches = tuple(Stretch(start, start + _LASTS, firing=False) for start in starts)
            series[labels["alertname"]].append(FiringSeries(labels, stretches))
            if len(living) < _MOST_SERIES // 10:
                living.append(Living(fingerprint, labels, {}, "", starts[-1] + _LASTS + _LASTS, ()))
    known = {name: tuple(some) for name, some in series.items()}
    prometheus = PrometheusSeen(known, {}, 30.0, END)
    return Seen(
        AlertmanagerSeen(END, tuple(living), (), complete=True),
        prometheus,
        Confirmation("answered", "answered", (), 30),
    )


def measure(url: str, *, corrected: bool) -> None:
    """Read the facts once and print seconds, peak memory in MiB and the occurrences told."""
    settings = read_settings(os.environ | {"DATABASE_URL": url})
    period = Period(PERIOD_START, END, END, "UTC")
    seen = sources(url) if corrected else None
    with connect(url) as conn, conn.transaction():
        begun = time.perf_counter()
        facts = read_facts(conn, period, settings.alerts, "scheduled", seen)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.2f} {peak:.0f} {facts.totals.occurrences}")


def main() -> None:
    """Fill a database once and measure without and with the sources."""
    print(f"{EPISODES:,} episodes  seconds  peak MiB  occurrences")
    with cluster() as running:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
            fill(conn, EPISODES)
        for how in ("webhooks", "sources"):
            command = [sys.executable, "-m", "bench.confirm", url, how]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            seconds, peak, occurrences = done.stdout.split()
            print(f"{how:>16}  {seconds:>7}  {peak:>8}  {occurrences:>11}")


if __name__ == "__main__":
    measure(sys.argv[1], corrected=sys.argv[2] == "sources") if len(sys.argv) > 1 else main()
