"""Migrations on a real server: once, twice, from many places at once."""

import functools
import operator
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from store.errors import SchemaVersionError
from store.migrate import migrate, migrations, require_current


def _migrate(url: str) -> list[int]:
    with psycopg.connect(url, autocommit=True) as conn:
        return [migration.version for migration in migrate(conn)]


def test_an_empty_database_gets_every_migration_and_a_second_run_none(empty_database: str) -> None:
    versions = [migration.version for migration in migrations()]
    assert versions == list(range(1, len(versions) + 1))
    assert _migrate(empty_database) == versions
    assert _migrate(empty_database) == []


def test_eight_at_once_apply_each_migration_once(empty_database: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(_migrate, [empty_database] * 8))
    assert sorted(functools.reduce(operator.iadd, applied, [])) == [migration.version for migration in migrations()]


def test_an_empty_database_is_not_current_and_the_error_says_what_to_run(empty_database: str) -> None:
    with psycopg.connect(empty_database) as conn, pytest.raises(SchemaVersionError, match="alertgest-ingest migrate"):
        require_current(conn)


def test_a_newer_schema_is_left_alone(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("INSERT INTO schema_migrations (version, name) VALUES (9999, 'from_the_future')")
        assert migrate(conn) == []
        require_current(conn)


def test_the_program_waits_for_a_database_that_is_not_up_yet_and_ends_with_4() -> None:
    command = [sys.executable, "-c", "from ingest.cli import main; main()", "migrate", "--wait", "1"]
    environ = os.environ | {"DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:9/a"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 4
    assert done.stderr.startswith("waiting: The database at 127.0.0.1:9/a does not answer (DATABASE_URL)")
    assert "s3cret" not in done.stderr


def test_a_server_that_takes_no_writes_is_worth_another_try(empty_database: str) -> None:
    read_only = f"{empty_database}?options=-cdefault_transaction_read_only%3Don"
    command = [sys.executable, "-c", "from ingest.cli import main; main()", "migrate"]
    environ = os.environ | {"DATABASE_URL": read_only}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 4
    assert "refuses to work at present (DATABASE_URL): cannot execute CREATE TABLE in a read-only" in done.stderr
    assert len(done.stderr.splitlines()) == 1
