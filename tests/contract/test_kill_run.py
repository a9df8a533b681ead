"""A run that is killed at any point and started again: the card is never missed, and a second one is marked."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.ingest_process import wait_until
from tests.pgbouncer import pgbouncer
from tests.receiver import Receiver, receiver

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-c", "from digest.cli import main; main()", "run")
REPEAT = "may be a repeat"


@pytest.fixture
def teams() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def start(database: str, teams: Receiver) -> "subprocess.Popen[bytes]":
    ours = {
        "DATABASE_URL": database,
        "TEAMS_WEBHOOK_URL": teams.url,
        "CAPTURE_WINDOW_DAYS": "daily",
        "DIGEST_CATCH_UP": "1",
    }
    return subprocess.Popen(PROGRAM, cwd=ROOT, env=os.environ | ours, stderr=subprocess.DEVNULL)


def prepare(database: str) -> None:
    """Let a night have closed."""
    with psycopg.connect(database) as conn:
        conn.execute(
            "INSERT INTO capture_windows (window_start, window_end, status)"
            " VALUES (now() - interval '4 days', now() - interval '3 days 10 hours', 'completed')"
        )


def expire_leases(database: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute(
            "UPDATE digests SET lease_until = now() - interval '1 second' WHERE state IN ('claimed', 'sending')"
        )


def states(database: str) -> list[str]:
    with psycopg.connect(database) as conn:
        return [row[0] for row in conn.execute("SELECT state FROM digests")]


def waiting_for_a_lock(database: str) -> bool:
    with psycopg.connect(database) as conn:
        found = conn.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return found.fetchone() is not None


@pytest.fixture(params=["direct", "pgbouncer"])
def reached(request: pytest.FixtureRequest, database: str) -> Iterator[str]:
    """Return the way to the database that the programs take: itself, or PgBouncer in transaction mode."""
    if request.param == "direct":
        yield database
        return
    with pgbouncer(database) as url:
        yield url


@pytest.mark.parametrize("seed", range(4))
def test_whenever_it_is_killed_the_card_comes_and_only_repeats_are_marked(
    database: str, reached: str, teams: Receiver, seed: int
) -> None:
    prepare(database)
    random_delay = random.Random(seed)
    for _ in range(3):
        process = start(reached, teams)
        try:
            process.wait(random_delay.uniform(0.3, 1.3))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        expire_leases(database)
    assert start(reached, teams).wait(60) == 0
    assert states(database) == ["sent"]
    cards = [json.dumps(body) for body in teams.bodies]
    assert len(cards) >= 1
    assert all(REPEAT in card for card in cards[1:])


def test_told_to_stop_it_gives_its_claim_back_at_once(database: str, reached: str, teams: Receiver) -> None:
    prepare(database)
    with psycopg.connect(database) as blocker:
        blocker.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
        process = start(reached, teams)
        wait_until(lambda: waiting_for_a_lock(database))
        process.terminate()
        assert process.wait(20) == 4
    assert states(database) == ["failed"]
    assert start(reached, teams).wait(60) == 0
    assert (states(database), len(teams.bodies), REPEAT in json.dumps(teams.bodies)) == (["sent"], 1, False)


def test_killed_while_posting_it_posts_again_and_says_so_and_then_never_more(database: str, teams: Receiver) -> None:
    prepare(database)
    process = start(database, teams)
    wait_until(lambda: states(database) in (["sending"], ["sent"]))
    process.kill()
    process.wait()
    with psycopg.connect(database) as conn:
        conn.execute("UPDATE digests SET state = 'sending' WHERE state = 'sent'")
        conn.execute("UPDATE capture_windows SET status = 'completed' WHERE status = 'digest_sent'")
    expire_leases(database)
    for _ in range(2):
        assert start(database, teams).wait(60) == 0
    last = json.dumps(teams.bodies[-1])
    assert (REPEAT in last, states(database), len(teams.bodies) <= 2) == (True, ["sent"], True)
