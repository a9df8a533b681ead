"""The database goes away under a run of the digest: exit code 4, a clear sentence, and the next run sends the card.

Both runs are pods of one Job. A card that may have been posted is posted again, with its mark; else there is one.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import psycopg
import pytest

from demo.postgres import Cluster, cluster
from tests.faults.databases import execute, gated, new_database, read_only, rows, waiting
from tests.faults.disk import small_disk
from tests.faults.network import own_network, vanished
from tests.faults.tally import Fault
from tests.faults.toxiproxy import link
from tests.ingest_process import wait_until
from tests.receiver import Receiver, receiver
from tests.shell import Shell

WHERE = "The digest, when its database fails"
REPEAT = "may be a repeat"
SEEN = "exit code 4 and one sentence, no card; the next run sends it"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def teams() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def shell(alerts: str, teams: Receiver) -> Shell:
    """Return a shell with a database in which a night has closed, and a workflow."""
    return after_a_night(alerts, teams)


def after_a_night(alerts: str, teams: Receiver) -> Shell:
    """Let a night have closed; return a shell whose runs are pods of one Job."""
    closed = "INSERT INTO capture_windows (window_start, window_end, status) VALUES"
    execute(alerts, f"{closed} (now() - interval '4 days', now() - interval '3 days 10 hours', 'completed')")
    made = Shell(alerts, teams)
    made.environ |= {"JOB_UID": "a-job", "DIGEST_CATCH_UP": "1"}
    return made


def marks(teams: Receiver) -> list[bool]:
    """Return of each card that came whether it says that it may be a repeat."""
    return [REPEAT in json.dumps(body) for body in teams.bodies]


def failed(done: Done) -> bool:
    """Say whether a run ended as one that is worth a retry, with a sentence that names the database."""
    return done.returncode == 4 and done.stderr.splitlines()[-1].startswith("The database at 127.0.0.1:")


def run_while(shell: Shell, reached: Callable[[], bool], fault: Callable[[], None]) -> Done:
    """Run the digest, make the fault once that is reached, and return how the run ended."""
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(lambda: shell("run"))
        wait_until(reached, 60)
        fault()
        return running.result()


def restart(server: Cluster) -> None:
    server.stop("fast")
    server.start()


def kill(server: Cluster) -> None:
    os.kill(server.pid(), signal.SIGKILL)
    server.restart_after_kill()


@pytest.mark.parametrize(("name", "fault"), [("restarted", restart), ("killed (SIGKILL)", kill)])
def test_a_server_that_goes_away_while_the_night_is_read_costs_a_run_and_no_card(
    server: Cluster, shell: Shell, name: str, fault: Callable[[Cluster], None], report: Callable[[Fault], None]
) -> None:
    with suppress(psycopg.OperationalError), psycopg.connect(shell.url) as other:
        other.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
        done = run_while(shell, lambda: waiting(shell.url, "relation"), lambda: fault(server))
    assert failed(done), done
    assert marks(shell.teams) == []
    assert shell("run").returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, f"{name} while the night is read", 1, 1, 0, SEEN))


def test_a_server_that_is_killed_after_the_post_gets_the_card_again_with_its_mark(
    server: Cluster, shell: Shell, report: Callable[[Fault], None]
) -> None:
    with suppress(psycopg.OperationalError), gated(shell.url, "digests", "NEW.state = 'sent'"):
        done = run_while(shell, lambda: waiting(shell.url, "advisory"), lambda: kill(server))
    assert failed(done), done
    assert marks(shell.teams) == [False]
    assert shell("run").returncode == 0
    assert marks(shell.teams) == [False, True]
    assert rows(shell.url, "SELECT state FROM digests") == [("sent",)]
    report(Fault(WHERE, "killed (SIGKILL) after the card is posted, before that is on record", 1, 2, 0,
                 "exit code 4 and one sentence; the next run posts it again, marked as a possible repeat"))  # fmt: skip


def test_a_read_only_server_costs_a_run_and_no_card(
    server: Cluster, shell: Shell, report: Callable[[Fault], None]
) -> None:
    with read_only(server.server):
        done = shell("run")
    assert failed(done), done
    assert "read-only" in done.stderr
    assert shell("run").returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, "read-only", 1, 1, 0, SEEN))


def test_a_server_that_becomes_read_only_while_the_night_is_read_costs_a_run_and_no_card(
    server: Cluster, shell: Shell, report: Callable[[Fault], None]
) -> None:
    with ExitStack() as faults, psycopg.connect(shell.url) as other:
        other.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")

        def fault() -> None:
            faults.enter_context(read_only(server.server))
            other.rollback()

        done = run_while(shell, lambda: waiting(shell.url, "relation"), fault)
    assert failed(done), done
    assert marks(shell.teams) == []
    assert shell("run").returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, "read-only from the middle of a run on", 1, 1, 0, SEEN))


def test_a_full_disk_costs_a_run_and_no_card(server: Cluster, shell: Shell, report: Callable[[Fault], None]) -> None:
    with small_disk(server, "base", 150) as disk:
        disk.fill()
        done = shell("run")
        assert failed(done), done
        assert "No space left on device" in done.stderr
        disk.make_room()
        assert shell("run").returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, "the disk of the tables is full", 1, 1, 0, SEEN))


def test_a_statement_that_waits_too_long_gives_the_claim_back(shell: Shell, report: Callable[[Fault], None]) -> None:
    with psycopg.connect(shell.url) as other:
        other.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
        done = shell("run", DATABASE_WAIT_SECONDS="1", JOB_UID="")
    assert failed(done), done
    assert rows(shell.url, "SELECT state FROM digests") == [("failed",)]
    assert shell("run", JOB_UID="").returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, "a lock on a table lasts longer than DATABASE_WAIT_SECONDS", 1, 1, 0, SEEN))


def test_a_slow_network_is_waited_for(shell: Shell, report: Callable[[Fault], None]) -> None:
    with link(shell.url) as way:
        way.spoil("latency", latency=50)
        assert shell("run", DATABASE_URL=way.url).returncode == 0
    assert marks(shell.teams) == [False]
    report(Fault(WHERE, "each answer of the server is 0.05 s late", 1, 1, 0, "one card"))


def test_a_server_that_vanishes_without_a_word_is_given_up_and_costs_no_card(report: Callable[[Fault], None]) -> None:
    with own_network(), cluster() as running, receiver() as teams, ExitStack() as faults:
        shell = after_a_night(new_database(running.server), teams)
        with psycopg.connect(shell.url) as other:
            other.execute("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE")
            gone = vanished(running.server.port)
            done = run_while(shell, lambda: waiting(shell.url, "relation"), lambda: faults.enter_context(gone))
            faults.close()
        assert failed(done), done
        assert shell("run").returncode == 0
        assert marks(teams) == [False]
    report(Fault(WHERE, "every packet is dropped while the night is read", 1, 1, 0, SEEN))
