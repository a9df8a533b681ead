"""Local hours of periods, also where the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.compare.hours import mask, slices
from digest.facts import Period


def period(start: str, hours: float, timezone: str) -> Period:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    end = begin + timedelta(hours=hours)
    return Period(begin, end, end, timezone)


@pytest.mark.parametrize(
    ("span", "hours"),
    [
        (period("2026-07-01 16:00", 14, "Europe/Berlin"), [18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7]),
        # Clocks go forward at 02:00: there is no hour from 02:00 on.
        (period("2026-03-28 22:30", 4, "Europe/Berlin"), [23, 0, 1, 3, 4]),
        # Clocks go back at 03:00: the hour from 02:00 on lasts two.
        (period("2026-10-24 22:00", 5, "Europe/Berlin"), [0, 1, 2, 3]),
        # Half an hour off.
        (period("2026-07-01 18:00", 2, "Asia/Kolkata"), [23, 0, 1]),
    ],
)
def test_each_local_hour_of_a_period_is_named_once_in_its_order(span: Period, hours: list[int]) -> None:
    assert [hour for _, hour in slices(span)] == hours


def test_slices_begin_where_the_local_hour_does() -> None:
    assert [f"{start:%H:%M:%S}" for start, _ in slices(period("2026-07-01 18:10:07", 2, "Asia/Kolkata"))] == [
        "18:10:07",
        "18:30:00",
        "19:30:00",
    ]


def test_hours_are_bits() -> None:
    assert mask([0, 2, 2, 23]) == 0b100000000000000000000101
