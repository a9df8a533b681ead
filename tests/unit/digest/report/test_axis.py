"""Times lie on the axis where they belong, whatever the night and its zone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.facts import Period
from digest.health.model import Span
from digest.report.axis import Axis, rows_of
from digest.report.model import Bar
from tests.facts_factory import END, PERIOD, START

HOUR = timedelta(hours=1)
AXIS = Axis(PERIOD)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe")
moments = st.integers(-100_000, 200_000).map(lambda seconds: START + timedelta(seconds=seconds))
periods = st.builds(
    lambda zone, start, minutes, known: Period(
        start, start + timedelta(minutes=minutes), start + timedelta(minutes=known), zone
    ),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 45 * 24 * 60),
    st.integers(0, 50 * 24 * 60),
)


def test_the_night_goes_from_0_to_100() -> None:
    # 14 hours: 7 are half of it, and what fires for an hour takes a fourteenth.
    assert [AXIS.place(at) for at in (START, START + 7 * HOUR, END)] == [0, 50, 100]
    assert AXIS.bar(Span(START + 7 * HOUR, START + 8 * HOUR)) == Bar(50, 7.143)


def test_what_lies_outside_is_cut_at_the_edge() -> None:
    assert AXIS.bar(Span(START - HOUR, START + 7 * HOUR)) == Bar(0, 50)
    assert AXIS.bar(Span(END - 7 * HOUR, END + HOUR)) == Bar(50, 50)
    assert AXIS.bar(Span(END + HOUR, END + 2 * HOUR)) == Bar(100, 0)


def test_of_half_a_night_the_axis_is_what_is_known() -> None:
    half = Axis(replace(PERIOD, cut_off=START + 7 * HOUR))
    assert half.place(START + 7 * HOUR) == 100


@given(st.lists(st.tuples(moments, moments).map(lambda ends: Span(min(ends), max(ends)))))
def test_bars_lie_within_the_axis_and_keep_their_order(spans: list[Span]) -> None:
    spans.sort(key=lambda span: span.start)
    bars = AXIS.bars(spans)
    assert all(0 <= bar.left <= 100 and bar.width >= 0 and bar.left + bar.width <= 100.001 for bar in bars)
    assert [bar.left for bar in bars] == sorted(bar.left for bar in bars)


@pytest.mark.parametrize(
    ("zone", "labels"),
    [
        ("Europe/Berlin", ["18:00", "21:00", "00:00", "03:00", "06:00"]),
        # 17:00 in UTC is 22:45 there, and between 22:45 and 12:45 lie seven even hours.
        ("Asia/Kathmandu", ["00:00", "02:00", "04:00", "06:00", "08:00", "10:00", "12:00"]),
    ],
)
def test_ticks_are_full_hours_of_the_zone(zone: str, labels: list[str]) -> None:
    assert [tick.label for tick in Axis(replace(PERIOD, timezone=zone)).ticks()] == labels


def test_labels_at_an_edge_stay_inside() -> None:
    ticks = AXIS.ticks()
    assert [tick.anchor for tick in ticks] == ["start", "middle", "middle", "middle", "middle"]


def test_a_night_in_which_the_clocks_change_has_its_hours_where_they_were() -> None:
    # 25 October 2026: 03:00 in Berlin comes eleven hours after 17:00, not ten.
    start = datetime(2026, 10, 24, 15, tzinfo=UTC)
    night = Period(start, start + 15 * HOUR, start + 15 * HOUR, "Europe/Berlin")
    places = {tick.label: tick.left for tick in Axis(night).ticks()}
    assert places["03:00"] == pytest.approx(100 * 11 / 15, abs=0.001)


@given(periods)
def test_ticks_are_few_inside_and_in_order(period: Period) -> None:
    ticks = Axis(period).ticks()
    assert len(ticks) <= 7
    assert all(0 <= tick.left <= 100 for tick in ticks)
    assert [tick.left for tick in ticks] == sorted(tick.left for tick in ticks)


def test_what_is_near_stands_in_the_next_row() -> None:
    assert [*rows_of([0, 3, 6, 8, 50], apart=7, most=4)] == [0, 1, 2, 0, 0]


def test_where_all_rows_are_taken_the_one_taken_first_is_used_again() -> None:
    assert [*rows_of([0, 1, 2], apart=7, most=2)] == [0, 1, 0]


@given(st.lists(st.floats(0, 100)).map(sorted))
def test_no_row_is_beyond_the_most(places: list[float]) -> None:
    assert all(0 <= row < 4 for row in rows_of(places, apart=7, most=4))
