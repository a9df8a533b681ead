"""Capture windows as local times make them: DST, weekends, gaps, and changes of the settings."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.windows import Schedule, Window, parse_days, to_utc, wanted, windows_from

HOUR = timedelta(hours=1)


def schedule(zone: str, days: str = "daily", start: str = "18:00", end: str = "08:00") -> Schedule:
    return Schedule(time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(zone), parse_days(days))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def first(plan: Schedule, moment: str) -> Window:
    return next(windows_from(plan, utc(moment)))


@pytest.mark.parametrize(
    ("zone", "moment", "hours"),
    [
        ("UTC", "2026-07-01T12:00", 14),
        ("Europe/London", "2026-03-28T20:00", 13),  # clocks go forward at 01:00 on the 29th
        ("Europe/London", "2026-10-24T20:00", 15),  # and back at 02:00 on the 25th
        ("Australia/Lord_Howe", "2026-10-03T12:00", 13.5),  # forward by half an hour
        ("Australia/Lord_Howe", "2026-04-04T12:00", 14.5),
    ],
)
def test_a_night_is_as_long_as_the_clocks_make_it(zone: str, moment: str, hours: float) -> None:
    window = first(schedule(zone), moment)
    assert (window.end - window.start) / HOUR == hours


def test_a_weekday_schedule_keeps_the_weekend_in_one_window() -> None:
    # Friday 2026-11-20 18:00 to Monday 2026-11-23 08:00 in Berlin, which is at UTC+1 in November.
    window = first(schedule("Europe/Berlin", "mon-fri"), "2026-11-21T12:00")
    assert window == Window(utc("2026-11-20T17:00"), utc("2026-11-23T07:00"))


def test_with_monday_and_wednesday_a_window_opens_at_the_first_start_after_the_last_close() -> None:
    plan = schedule("UTC", "mon,wed")
    assert first(plan, "2026-11-23T09:00") == Window(utc("2026-11-23T18:00"), utc("2026-11-25T08:00"))
    assert first(plan, "2026-11-25T09:00") == Window(utc("2026-11-25T18:00"), utc("2026-11-30T08:00"))


def test_equal_times_give_whole_days_and_a_span_within_a_day_works() -> None:
    assert first(schedule("UTC", start="08:00"), "2026-07-01T09:00") == Window(
        utc("2026-07-01T08:00"), utc("2026-07-02T08:00")
    )
    assert first(schedule("UTC", start="01:00", end="05:00"), "2026-07-01T09:00") == Window(
        utc("2026-07-02T01:00"), utc("2026-07-02T05:00")
    )


def test_a_local_time_that_is_skipped_is_the_transition_and_an_ambiguous_one_the_first() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert to_utc(date(2026, 3, 29), time(2, 30), berlin) == utc("2026-03-29T01:00")
    assert to_utc(date(2026, 10, 25), time(2, 30), berlin) == utc("2026-10-25T00:30")


@pytest.mark.parametrize(
    ("text", "days"),
    [("daily", {0, 1, 2, 3, 4, 5, 6}), ("mon-fri", {0, 1, 2, 3, 4}), ("fri-mon", {4, 5, 6, 0}), ("Mon, wed", {0, 2})],
)
def test_days_are_read_as_people_write_them(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "mon-xyz", "mon,,tue", "-"])
def test_days_that_are_none_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="must be daily or weekdays"):
        parse_days(text)


clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
schedules = st.builds(
    Schedule,
    clock_times,
    clock_times,
    st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    st.frozensets(st.integers(0, 6), min_size=1),
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(schedules, moments)
def test_in_every_zone_windows_follow_each_other_without_overlap_and_close_at_the_local_time(
    plan: Schedule, moment: datetime
) -> None:
    windows = [window for window, _ in zip(windows_from(plan, moment), range(9), strict=False)]
    assert windows[0].end > moment
    for window in windows:
        assert timedelta(0) < window.end - window.start <= timedelta(days=8, hours=2)
    for earlier, later in itertools.pairwise(windows):
        assert earlier.end <= later.start
        assert later.end - earlier.end <= timedelta(days=8, hours=2)


@given(schedules, moments, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_wanted_windows_lie_after_the_floor_and_only_the_last_one_is_open(
    plan: Schedule, floor: datetime, since: timedelta
) -> None:
    now = floor + since
    windows = wanted(plan, floor, now)
    assert windows[0].start >= floor
    assert windows[-1].end > now
    assert all(window.end <= now for window in windows[:-1])
    assert all(a.end <= b.start for a, b in itertools.pairwise(windows))


def test_a_new_installation_gets_only_the_current_window() -> None:
    assert wanted(schedule("UTC"), None, utc("2026-07-01T20:00")) == [
        Window(utc("2026-07-01T18:00"), utc("2026-07-02T08:00"))
    ]
