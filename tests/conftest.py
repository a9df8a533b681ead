"""What several rings share: a real PostgreSQL, one database for each test that asks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from demo.postgres import Server, cluster
from store.migrate import migrate

os.environ["KUBECONFIG"] = "/nonexistent/kubeconfig"
"""No test looks at the cluster of whoever runs it."""
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")
"""No test fails for a busy machine."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a server of our own, or of the one that ``ALERTGEST_TEST_DATABASE_URL`` names."""
    given = os.environ.get("ALERTGEST_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with cluster() as running:
        yield running.server.url("postgres")


@contextmanager
def new_database(postgres: str) -> Iterator[str]:
    """Make a database with the present schema on a server; yield its URL and drop it afterwards."""
    with _empty(postgres) as url:
        _migrate(url)
        yield url


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    """Return the URL of a new database without a schema; it is dropped afterwards."""
    with _empty(postgres) as url:
        yield url


@pytest.fixture
def database(empty_database: str) -> str:
    """Return the URL of a new database with the present schema."""
    _migrate(empty_database)
    return empty_database


@contextmanager
def _empty(postgres: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}"')
        yield _with_database(postgres, name)
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrate(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        migrate(conn)


def _with_database(url: str, name: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(url) | {"dbname": name}
    return Server(str(parts["host"]), int(parts["port"] or 5432), str(parts["user"])).url(name)
