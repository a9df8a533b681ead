"""The faults that a run of the suite has made, gathered for the page that tells them."""

import os
from collections.abc import Callable, Iterator

import pytest

from demo.postgres import Cluster, cluster
from tests.faults.closed_night import around
from tests.faults.databases import execute, new_database
from tests.faults.stations import Stations, stations
from tests.faults.tally import Fault, write

_FAULTS = pytest.StashKey[list[Fault]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no fault."""
    config.stash[_FAULTS] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the page be compared once all else has run."""
    items.sort(key=lambda item: item.path.name == "test_page.py")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the page where that is wanted and every test passed."""
    if os.environ.get("ALERTGEST_WRITE_RELIABILITY") and exitstatus == pytest.ExitCode.OK:
        write(session.config.stash[_FAULTS])


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[Fault], None]:
    """Take a fault into the table; called last in a test, so that one that failed is not told."""
    return request.config.stash[_FAULTS].append


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> list[Fault]:
    """Return the faults that were reported so far in this run."""
    return request.config.stash[_FAULTS]


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """Return a PostgreSQL that a test may stop, kill or spoil; it leaves the server as it was."""
    with cluster() as running:
        yield running


@pytest.fixture
def alerts(server: Cluster) -> Iterator[str]:
    """Return the URL of a new database with the schema on that server; it is dropped afterwards."""
    url = new_database(server.server)
    yield url
    execute(server.server.url("postgres"), f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')


@pytest.fixture(scope="session")
def both(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stations]:
    """Return two places where a digest is made and disturbed; all tests of the digest share them."""
    with around() as servers, stations(postgres, servers, tmp_path_factory.mktemp("stations")) as running:
        yield running
