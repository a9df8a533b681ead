"""The page of the schema is what the migrations make of a real PostgreSQL, and nothing in it is without a meaning."""

import psycopg

from tools.schema_table import FILE, columns, document, tables


def test_the_page_of_the_schema_is_what_the_migrations_make(database: str) -> None:
    with psycopg.connect(database) as conn:
        assert FILE.read_text(encoding="utf-8") == document(conn), "run `make docs`"


def test_every_table_and_every_column_says_what_it_means(database: str) -> None:
    with psycopg.connect(database) as conn:
        made = tables(conn)
        silent = [table.name for table in made if not table.meaning]
        silent += [f"{table.name}.{one.name}" for table in made for one in columns(conn, table) if not one.meaning]
    assert "alerts" in {table.name for table in made}
    assert silent == []
