"""The backup of docs/production.md, restored: the digest goes on from it as from the database itself."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from demo.postgres import embedded_binaries
from store.connect import connect
from store.migrate import migrate
from tests.ingest_process import ingest_process
from tests.programs import program
from tests.receiver import receiver
from tests.rows import fired
from tests.shell import Shell

PAGE = (Path(__file__).parents[2] / "docs" / "production.md").read_text(encoding="utf-8")
RESTORED = "alertgest_restored"


def commands(mark: str) -> str:
    """Return the commands of the page behind a mark."""
    found = re.search(r"^```text\n(.*?)^```$", PAGE.partition(f"<!-- {mark} -->")[2], re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def restored(shell: Shell) -> Iterator[str]:
    """Return the URL of the database that the page restores into, as the role of the programs; both go afterwards."""
    with psycopg.connect(shell.url, autocommit=True) as conn:
        conn.execute("CREATE ROLE alertgest LOGIN")
        yield _as("alertgest", urlunsplit(urlsplit(shell.url)._replace(path=f"/{RESTORED}")))
        conn.execute(f'DROP DATABASE IF EXISTS "{RESTORED}" WITH (FORCE)')
        conn.execute("DROP ROLE alertgest")


@pytest.fixture
def roles(empty_database: str) -> Iterator[psycopg.Connection[Any]]:
    """Return a superuser of a new database that a role "owner" owns, as the page has it, beside a role "alertgest"."""
    with psycopg.connect(empty_database, autocommit=True) as conn:
        conn.execute("CREATE ROLE owner LOGIN; CREATE ROLE alertgest LOGIN")
        conn.execute(f'ALTER DATABASE "{conn.info.dbname}" OWNER TO owner')
        yield conn
        conn.execute(f'ALTER DATABASE "{conn.info.dbname}" OWNER TO CURRENT_USER')
        conn.execute("DROP OWNED BY owner; DROP OWNED BY alertgest; DROP ROLE owner, alertgest")


def typed(text: str, folder: Path, **environ: str) -> None:
    """Run commands of the page in a folder, with the programs of the server's version."""
    path = f"{embedded_binaries()}:{os.environ['PATH']}"
    done = subprocess.run(
        [program("bash"), "-euc", text], cwd=folder, env={"PATH": path} | environ, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_role_of_the_programs_needs_no_more_rights_than_the_page_gives_it(
    roles: psycopg.Connection[Any], empty_database: str, tmp_path: Path
) -> None:
    given = re.findall(r"^ALTER DEFAULT PRIVILEGES .*?;$", PAGE, re.MULTILINE)
    assert len(given) == 2
    for right in given:
        roles.execute(right)
    as_owner, as_program = (_as(who, empty_database) for who in ("owner", "alertgest"))
    with connect(as_owner) as conn:
        migrate(conn)
    with ingest_process(as_program) as address, receiver() as teams:
        shell = Shell(as_program, teams)
        captured = shell("test-capture", INGEST_URL=address)
        assert captured.returncode == 0, captured.stderr
        made = shell("run", DIGEST_KIND="adhoc")
        assert made.returncode == 0, made.stderr
    assert len(teams.bodies) == 1
    typed(commands("backup"), tmp_path, DATABASE_URL=as_program)


def _as(user: str, url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}").geturl()


def test_what_was_dumped_is_restored_and_told(shell: Shell, restored: str, tmp_path: Path) -> None:
    night = datetime.now(UTC) - timedelta(days=3, hours=20)
    with connect(shell.url) as conn:
        fired(conn, "DiskFull", night, night + timedelta(minutes=5), night + timedelta(minutes=5), severity="critical")
        before = conn.execute("SELECT alerts::text FROM alerts").fetchall()
    typed(commands("backup"), tmp_path, DATABASE_URL=shell.url)
    assert shell("run", DIGEST_CATCH_UP="9").returncode == 0
    told = len(shell.teams.bodies)
    assert "DiskFull" in json.dumps(shell.teams.bodies)

    typed(commands("restore"), tmp_path, ADMIN_URL=shell.url, RESTORED_URL=restored)
    with connect(restored) as conn:
        assert conn.execute("SELECT alerts::text FROM alerts").fetchall() == before
    done = shell("run", DATABASE_URL=restored, DIGEST_CATCH_UP="9")
    assert done.returncode == 0, done.stderr
    assert "DiskFull" in json.dumps(shell.teams.bodies[told:])
    assert shell("check", DATABASE_URL=restored, K8S_CONTEXT_ENABLED="false").stdout.splitlines()[:3] == [
        "ok   settings: all readable",
        "ok   database: answers",
        "ok   schema: up to date",
    ]
