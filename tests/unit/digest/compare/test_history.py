"""Which nights are like which: by the kind of day on which they end, and by their length."""

from datetime import UTC, datetime, timedelta

from digest.compare.history import Night, look_back
from digest.facts import Period
from tests.nights import before, ends, of, today

PERIOD = today().period
HOUR = timedelta(hours=1)


def test_working_days_are_compared_with_working_days() -> None:
    # Today is a Thursday: of the last seven nights, those of Sunday (4 days ago) and Saturday (5) are of another kind.
    past = look_back([before(days) for days in range(1, 8)], PERIOD, whole=True)
    assert [night.end for night in past.comparable] == [before(days).end for days in (7, 6, 3, 2, 1)]
    assert len(past.kept) == 7


def test_weekends_are_compared_with_weekends() -> None:
    sunday = before(4)
    period = Period(sunday.start, sunday.end, sunday.end, "Europe/Berlin")
    past = look_back([before(days) for days in range(13)], period, whole=True)
    # Of Saturday, and of Sunday and Saturday a week before; what lies after the period is left out.
    assert [night.end for night in past.comparable] == [before(days).end for days in (12, 11, 5)]


def test_the_day_is_that_of_the_zone() -> None:
    # 22:30 UTC on Friday is Saturday 11:30 in Auckland.
    friday = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    period = Period(friday + 5 * 24 * HOUR, friday + 5 * 24 * HOUR + 14 * HOUR, friday, "Pacific/Auckland")
    night = Night(friday - 14 * HOUR, friday, 1)
    assert look_back([night], period, whole=True).comparable == ()
    utc = Period(period.start, period.end, period.cut_off, "UTC")
    assert look_back([night], utc, whole=True).comparable == (night,)


def test_a_night_two_hours_longer_is_like_it_and_one_of_more_is_not() -> None:
    whole, longer, weekend = before(3), before(2), before(1)
    longer = Night(longer.start - 2 * HOUR, longer.end, 1)
    weekend = Night(weekend.start - 2 * HOUR - timedelta(seconds=1), weekend.end, 1)
    assert look_back([whole, longer, weekend], PERIOD, whole=True).comparable == (whole, longer)


def test_the_newest_28_count() -> None:
    past = look_back(of(*range(30)), PERIOD, whole=True)
    assert [night.occurrences for night in past.comparable] == list(range(2, 30))
    assert len(past.kept) == 30


def test_a_night_without_a_count_is_known_and_compared_with_nothing() -> None:
    past = look_back(of(1, None, 3), PERIOD, whole=True)
    assert [night.occurrences for night in past.windows] == [1, None, 3]
    assert [night.occurrences for night in past.comparable] == [1, 3]


def test_the_same_night_last_week_ended_seven_days_before_also_across_a_change_of_the_clocks() -> None:
    # On 25 October 2026 clocks went back: the night that ended on the 20th at 08:00 ended 7 days and an hour before.
    tuesday = ends(datetime(2026, 10, 27, tzinfo=UTC).date())
    period = Period(tuesday - 14 * HOUR, tuesday, tuesday, "Europe/Berlin")
    last = Night(tuesday - 7 * 24 * HOUR - 15 * HOUR, tuesday - 7 * 24 * HOUR - HOUR, 5)
    assert look_back([last], period, whole=True).last_week == last
    shifted = Night(last.start - 2 * HOUR, last.end - 2 * HOUR, 5)
    assert look_back([shifted], period, whole=True).last_week is None
    untold = Night(last.start, last.end, None)
    assert look_back([untold], period, whole=True).last_week is None


def test_a_part_of_a_window_has_nights_of_all_kinds_and_no_last_week() -> None:
    past = look_back([before(days) for days in range(1, 8)], PERIOD, whole=False)
    assert (len(past.comparable), past.last_week) == (7, None)
    assert past.asked_for == [before(days).end for days in range(7, 0, -1)]


def test_asked_for_are_the_comparable_nights_and_last_weeks_each_once() -> None:
    nights = [before(days) for days in range(1, 8)]
    past = look_back(nights, PERIOD, whole=True)
    assert past.asked_for == [before(days).end for days in (7, 6, 3, 2, 1)]
