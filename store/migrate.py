"""Bring the schema up to date: plain SQL files, each applied once, safe from several places at once."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Any, LiteralString

import psycopg

from store.errors import SchemaVersionError
from store.queries import queries

_FILE = re.compile(r"^(\d{4})_(\w+)\.sql$")


@dataclass(frozen=True)
class Migration:
    """One migration file: its version (from 1, without gaps), its name and its statements."""

    version: int
    name: str
    sql: LiteralString


def migrations() -> list[Migration]:
    """Return the migrations that this release ships, oldest first."""
    found = [
        Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))
        for file in (resources.files("store") / "migrations").iterdir()
        if (match := _FILE.match(file.name))
    ]
    return sorted(found, key=lambda migration: migration.version)


def migrate(conn: psycopg.Connection[Any]) -> list[Migration]:
    """Apply what is missing in one transaction and return it; an up-to-date schema is left alone.

    A transaction-level advisory lock makes concurrent calls wait for each other; session-level ones break
    behind PgBouncer in transaction mode (https://www.pgbouncer.org/features.html). Versions that this release
    does not know are left as they are: an older release works on a newer schema.
    """
    sql = queries("store", "schema.sql")
    with conn.transaction():
        conn.execute(sql["lock"])
        conn.execute(sql["create_ledger"])
        missing = _missing(conn)
        for migration in missing:
            conn.execute(migration.sql)
            conn.execute(sql["record"], {"version": migration.version, "name": migration.name})
    return missing


def require_current(conn: psycopg.Connection[Any]) -> None:
    """Raise SchemaVersionError, saying what to run, where the schema is older than this release."""
    row = conn.execute(queries("store", "schema.sql")["ledger_exists"]).fetchone()
    missing = _missing(conn) if row and row[0] else migrations()
    if missing:
        names = ", ".join(f"{m.version:04d}_{m.name}" for m in missing)
        raise SchemaVersionError(f"The database lacks the migrations {names}; run `alertgest-ingest migrate` first.")


def _missing(conn: psycopg.Connection[Any]) -> list[Migration]:
    applied = {row[0] for row in conn.execute(queries("store", "schema.sql")["applied"])}
    return [migration for migration in migrations() if migration.version not in applied]
