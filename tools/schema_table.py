"""Write ``docs/schema.md`` from a real PostgreSQL with the migrations of this release; ``make docs`` runs it.

What a table and a column mean is their comment in the database.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row

from demo.postgres import cluster
from store.migrate import migrate

FILE = Path(__file__).parents[1] / "docs" / "schema.md"

_HEAD = """# The schema

What `alertgest-ingest migrate` makes. Each meaning is a comment in the database too (`\\d+ alerts` in psql). Times are
`timestamptz`, so they are moments and not local times.

The tables are the program's own: read them as you like, and expect migrations to change them. An older release works on
a newer schema, so a rollback needs no way back. How long rows are kept is told by the settings that end with
`_RETENTION_DAYS` in [settings](settings.md).
"""
_TABLES: LiteralString = """
SELECT c.relname AS name, coalesce(obj_description(c.oid, 'pg_class'), '') AS meaning
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
ORDER BY c.relname = 'schema_migrations', c.oid
"""
_COLUMNS: LiteralString = """
SELECT a.attname AS name, a.attnotnull AS required,
       replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') AS type,
       CASE WHEN a.attidentity <> '' THEN 'counted up'
            ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), '') END AS default,
       coalesce(col_description(a.attrelid, a.attnum), '') AS meaning
FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEYS: LiteralString = """
SELECT conname AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype IN ('p', 'u', 'f', 'x', 'c')
ORDER BY array_position('{p,u,f,x,c}', contype::text), conname
"""
_INDEXES: LiteralString = """
SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY c.relname
"""


@dataclass(frozen=True)
class Table:
    """A table by its name, and what its comment says."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Column:
    """A column as the catalog has it; ``default`` is empty where there is none."""

    name: str
    type: str
    required: bool
    default: str
    meaning: str


@dataclass(frozen=True)
class Rule:
    """A constraint, or an index that belongs to none, as PostgreSQL writes it."""

    name: str
    definition: str


def tables(conn: psycopg.Connection[Any]) -> list[Table]:
    """Return the tables in the order in which they were made; the ledger of the migrations comes last."""
    with conn.cursor(row_factory=class_row(Table)) as cursor:
        return cursor.execute(_TABLES).fetchall()


def columns(conn: psycopg.Connection[Any], table: Table) -> list[Column]:
    """Return the columns of a table, in their order."""
    with conn.cursor(row_factory=class_row(Column)) as cursor:
        return cursor.execute(_COLUMNS, {"table": table.name}).fetchall()


def document(conn: psycopg.Connection[Any]) -> str:
    """Return the whole page, of a database that has been migrated."""
    return "\n".join([_HEAD, *(_section(conn, table) for table in tables(conn))])


def _section(conn: psycopg.Connection[Any], table: Table) -> str:
    head = f"## {table.name}\n\n{table.meaning}\n\n| column | type | default | meaning |\n| --- | --- | --- | --- |\n"
    made = head + "".join(_row(column) for column in columns(conn, table))
    keys, indexes = _rules(conn, _KEYS, table), _rules(conn, _INDEXES, table)
    lines = [f"- {_code(one.definition)}" for one in keys]
    lines += [f"- `{one.name}`: {_code(_short(one.definition))}" for one in indexes]
    return made + "\n" + "".join(f"{line}\n" for line in lines)


def _rules(conn: psycopg.Connection[Any], query: LiteralString, table: Table) -> list[Rule]:
    with conn.cursor(row_factory=class_row(Rule)) as cursor:
        return cursor.execute(query, {"table": table.name}).fetchall()


def _row(column: Column) -> str:
    kind = f"`{column.type}`" if column.required else f"`{column.type}` or NULL"
    default = column.default if column.default in {"", "counted up"} else f"`{column.default}`"
    return f"| `{column.name}` | {kind} | {default} | {column.meaning} |\n"


def _short(index: str) -> str:
    """Return what an index is on, without its own name and that of the table."""
    unique = "UNIQUE " if index.startswith("CREATE UNIQUE") else ""
    return unique + index.partition(" USING ")[2]


def _code(sql: str) -> str:
    return f"`{sql}`"


if __name__ == "__main__":
    with cluster() as running, psycopg.connect(running.server.url("postgres"), autocommit=True) as made:
        migrate(made)
        FILE.write_text(document(made), encoding="utf-8")
