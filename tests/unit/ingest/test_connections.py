"""How many connections a process may have."""

import pytest

from ingest.connections import most_connections


@pytest.mark.parametrize(
    ("files", "pool", "most"),
    [
        (1_048_576, 8, 4096),  # as in most pods
        (1024, 8, 888),  # 1024 - 8 - 64 for other files - 64 accepted before it is looked
        (200, 8, 64),
        (128, 100, 32),  # a quarter, where there are fewer than the others need
    ],
)
def test_connections_leave_files_for_the_database_and_the_rest(files: int, pool: int, most: int) -> None:
    assert most_connections(files, pool) == most
