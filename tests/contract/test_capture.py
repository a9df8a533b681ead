"""An installation proves that an alert which is posted is kept, and leaves nothing behind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from store.migrate import migrate
from tests.ingest_process import ingest_process
from tests.shell import Shell


@pytest.fixture
def receiver(shell: Shell) -> Iterator[str]:
    with ingest_process(shell.url, AUTH_TOKENS="prod=s3cret,other=else") as address:
        yield address


def rows(url: str) -> tuple[int, int]:
    with psycopg.connect(url) as conn:
        counted = conn.execute(
            "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM webhook_deliveries)"
        ).fetchall()
    return counted[0][0], counted[0][1]


def test_an_alert_is_posted_found_and_taken_away(shell: Shell, receiver: str) -> None:
    before = rows(shell.url)
    done = shell("test-capture", INGEST_URL=receiver, AUTH_TOKENS="prod=s3cret")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"ok   posted an alert to {receiver}",
        "ok   found it in the database",
        "ok   took it away again",
    ]
    assert rows(shell.url) == before


def test_a_wrong_token_is_named_and_not_printed(shell: Shell, receiver: str) -> None:
    done = shell("test-capture", INGEST_URL=receiver, AUTH_TOKENS="prod=wr0ng")
    assert done.returncode == 3
    assert "AUTH_TOKENS or AUTH_BASIC let nobody in at the receiver (401)" in done.stderr
    assert "wr0ng" not in done.stderr + done.stdout


def test_a_user_and_password_are_taken_where_there_is_no_token(shell: Shell) -> None:
    with ingest_process(shell.url, AUTH_BASIC="am:s3cret") as address:
        assert shell("test-capture", INGEST_URL=address, AUTH_BASIC="am:s3cret").returncode == 0


def test_a_receiver_that_is_not_there_ends_with_4(shell: Shell) -> None:
    done = shell("test-capture", INGEST_URL="http://127.0.0.1:9")
    assert done.returncode == 4
    assert done.stderr.startswith("The receiver at http://127.0.0.1:9/api/v1/alerts does not answer")


def test_a_receiver_with_another_database_is_found_out(shell: Shell) -> None:
    with psycopg.connect(shell.url, autocommit=True) as conn:
        conn.execute("CREATE DATABASE another")
    another = urlunsplit(urlsplit(shell.url)._replace(path="/another"))
    try:
        with psycopg.connect(another, autocommit=True) as conn:
            migrate(conn)
        with ingest_process(another) as address:
            done = shell("test-capture", INGEST_URL=address)
    finally:
        with psycopg.connect(shell.url, autocommit=True) as conn:
            conn.execute("DROP DATABASE another WITH (FORCE)")
    assert done.returncode == 1
    assert "do both use one DATABASE_URL?" in done.stderr


def test_outside_a_window_that_discards_the_answer_says_so(shell: Shell) -> None:
    with psycopg.connect(shell.url) as conn:
        conn.execute("DELETE FROM capture_windows")
    then = datetime.now(UTC) - timedelta(hours=12)
    start, end = (f"{time:%H:%M}" for time in (then, then + timedelta(minutes=1)))
    closed = {"CAPTURE_WINDOW_START": start, "CAPTURE_WINDOW_END": end, "CAPTURE_OUTSIDE_WINDOW": "discard"}
    with ingest_process(shell.url, **closed) as address:  # type: ignore[arg-type]
        done = shell("test-capture", INGEST_URL=address)
    assert done.returncode == 0, done.stderr
    assert "it was discarded, since no capture window is open" in done.stdout
