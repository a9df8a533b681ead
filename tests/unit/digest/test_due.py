"""Which of the closed windows a run tells."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from digest.due import choose
from store.windows import StoredWindow, Window

FIRST = datetime(2026, 7, 1, 18, tzinfo=UTC)


def night(number: int) -> StoredWindow:
    start = FIRST + timedelta(days=number)
    return StoredWindow(UUID(int=number), Window(start, start + timedelta(hours=14)), "completed")


@pytest.mark.parametrize(
    ("closed", "told", "skipped"),
    [
        ([], [], []),
        ([0], [0], []),
        ([0, 1], [0, 1], []),
        ([0, 1, 2, 3], [2, 3], [0, 1]),
    ],
)
def test_the_two_newest_are_told_oldest_first(closed: list[int], told: list[int], skipped: list[int]) -> None:
    due = choose([night(number) for number in closed], 2)
    assert [window.id.int for window in due.windows] == told
    assert [window.id.int for window in due.skipped] == skipped
