"""What the digest of a large night costs: ``make bench``.

For nights of 1,000 to 1,000,000 episodes, each against an embedded PostgreSQL as it comes: seconds of the facts, of the
card (stories, redaction, briefing, rendering), of a whole scheduled ``run`` with what was told recorded and the card
posted to a stand-in, and of ``preview``. Each is a process of its own. ``program`` is the processor time of the run
that is not the server's, ``server`` that of the server's sessions; on a busy machine these tell more than the seconds.
The other memory is the most that the server's processes had for themselves during the run.
The last column compares the seconds of the run with those of the night before it, a tenth as large: 10 at most.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import psycopg

from bench.large_night import END, GROUPS, PERIOD_START, fill
from demo.postgres import Cluster, cluster
from digest.card import render_card
from digest.facts import Period
from digest.read import read_facts
from digest.redact import redact
from digest.settings import read_settings
from digest.stories.find import with_stories
from store.connect import connect
from store.migrate import migrate
from tests.receiver import receiver

EPISODES = (1_000, 10_000, 100_000, 1_000_000)
_CUT_OFF = END + timedelta(minutes=10)
_BETWEEN_LOOKS = 0.05
_PROGRAM = """
import sys
from datetime import datetime, timedelta
from digest.cli import main
at = datetime.fromisoformat(sys.argv.pop(1))
main(lambda: at)
"""


@dataclass(frozen=True)
class Cost:
    """What a process cost: seconds, of these of the processor, and its peak memory in MiB."""

    seconds: float
    processor: float
    peak: int


def measure(url: str) -> None:
    """Read the facts and make the card of them once; print the seconds of both."""
    settings = read_settings(os.environ | {"DATABASE_URL": url})
    with connect(url) as conn, conn.transaction():
        begun = time.perf_counter()
        facts = read_facts(conn, Period(PERIOD_START, END, _CUT_OFF, "UTC"), settings.alerts, "scheduled")
        read = time.perf_counter()
        render_card(redact(with_stories(facts)), digest_id="bench", possible_repeat=False)
    print(f"{read - begun} {time.perf_counter() - read}")


def main() -> None:
    """Fill a database for each size and print a line of what it costs."""
    sizes = tuple(int(size) for size in sys.argv[1:2]) or EPISODES
    groups = int(sys.argv[2]) if len(sys.argv) > 2 else GROUPS  # noqa: PLR2004
    print(f"{groups} groups")
    print("episodes  facts, s  card, s  run, s  program, s  server, s  MiB  server MiB  preview, s  ratio")
    before = 0.0
    with cluster() as running:
        for episodes in sizes:
            url = _filled(running, episodes, groups)
            facts, card = _facts_and_card(url)
            preview = _program(url, "preview", "--from", PERIOD_START.isoformat(), "--to", END.isoformat())
            with receiver() as teams, _most_memory(running) as memory:
                used = _of_sessions(running.pid())
                run = _program(url, "run", webhook=teams.url)
                used = _of_sessions(running.pid()) - used
            _require_told(url, len(teams.bodies))
            ratio = f"{run.seconds / before:5.1f}" if before else "     "
            print(
                f"{episodes:>8}  {facts:>8.2f}  {card:>7.2f}  {run.seconds:>6.2f}  {run.processor:>10.2f}"
                f"  {used:>9.2f}  {run.peak:>3}  {max(memory):>10}  {preview.seconds:>10.2f}  {ratio}",
                flush=True,
            )
            before = run.seconds


def _filled(running: Cluster, episodes: int, groups: int) -> str:
    name = f"bench_{episodes}"
    with psycopg.connect(running.server.url("postgres"), autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    url = running.server.url(name)
    with psycopg.connect(url, autocommit=True) as conn:
        migrate(conn)
        fill(conn, episodes, groups)
        conn.execute(
            "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed')",
            [PERIOD_START, END],
        )
        conn.execute("CHECKPOINT")
    return url


def _facts_and_card(url: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.digest", url]
    facts, card = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return float(facts), float(card)


def _program(url: str, *arguments: str, webhook: str = "") -> Cost:
    """Run the program at the cut-off of the night; a process of its own each time, since a peak never falls."""
    environ = os.environ | {"DATABASE_URL": url, "TEAMS_WEBHOOK_URL": webhook, "DIGEST_KIND": "scheduled"}
    begun = time.perf_counter()
    command = [sys.executable, "-c", _PROGRAM, _CUT_OFF.isoformat(), *arguments]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, env=environ, stdout=nowhere, stderr=nowhere) as program:
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, command[-len(arguments) :])
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _require_told(url: str, cards: int) -> None:
    with psycopg.connect(url) as conn:
        told = conn.execute("SELECT (SELECT count(*) FROM digest_alerts), (SELECT count(*) FROM alerts)").fetchone()
    if told is None or told[0] != told[1] or cards != 1:
        raise AssertionError(f"{cards} cards were posted; of these episodes were told: {told}")


@contextmanager
def _most_memory(running: Cluster) -> Iterator[list[int]]:
    """Look again and again at what the processes of the server have for themselves, together, in MiB."""
    ended, seen = Event(), [0]

    def look() -> None:
        while not ended.wait(_BETWEEN_LOOKS):
            seen.append(_private(running.pid()))

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _of_sessions(server: int) -> float:
    """Return the seconds of the processor that the ended children of a process took."""
    fields = Path(f"/proc/{server}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _private(server: int) -> int:
    """Return the MiB of a process and its children that no other process shares."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if str(server) in {told["Pid"].strip(), told["PPid"].strip()}:
            total += int(told.get("RssAnon", "0 kB").split()[0])
    return total // 1024


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 and "://" in sys.argv[1] else main()
