"""Hours and days by the local clock, also where it is changed, and what counts as coming and going."""

from datetime import datetime
from zoneinfo import ZoneInfo

from digest.noise.behaviour import Behaviour, Span, behaviour
from digest.noise.replay import Series
from tests.noise_factory import series

BERLIN = ZoneInfo("Europe/Berlin")


def seconds(local: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).timestamp())


def seen(*firings: tuple[str, str], since: str = "2026-10-01T00:00", until: str = "2026-11-01T00:00") -> Behaviour:
    starts, ends = ([seconds(pair[side]) for pair in firings] for side in (0, 1))
    span = Span(seconds(since), seconds(until), BERLIN)
    return behaviour([Series(starts, ends, [True] * len(starts))], span)


def hours(one: Behaviour) -> dict[int, int]:
    return {hour: number for hour, number in enumerate(one.hours) if number}


def test_hours_are_those_of_the_local_clock_before_and_after_it_is_set_back() -> None:
    # 25 October 2026, 03:00 becomes 02:00: 00:30, 01:30 and 02:30 UTC are 02:30, 02:30 and 03:30 in Berlin.
    starts = [seconds("2026-10-25T02:30"), seconds("2026-10-25T02:30", fold=1), seconds("2026-10-25T03:30")]
    assert [start - starts[0] for start in starts] == [0, 3600, 7200]
    span = Span(seconds("2026-10-01T00:00"), seconds("2026-11-01T00:00"), BERLIN)
    one = behaviour([Series(starts, [start + 60 for start in starts], [True] * 3)], span)
    assert hours(one) == {2: 2, 3: 1}


def test_no_hour_is_counted_that_the_clock_leaves_out() -> None:
    # 29 March 2026, 02:00 becomes 03:00: half an hour after 01:45 it is 03:15.
    start = seconds("2026-03-29T01:45") + 1800
    one = behaviour([Series([start], [start + 60], [True])], Span(start - 3600, start + 3600, BERLIN))
    assert hours(one) == {3: 1}


def test_an_evening_and_the_morning_after_are_one_day() -> None:
    assert seen(("2026-10-05T23:00", "2026-10-05T23:10"), ("2026-10-06T04:00", "2026-10-06T04:10")).days == 1
    assert seen(("2026-10-05T11:50", "2026-10-05T12:00")).days == 1
    assert seen(("2026-10-05T11:50", "2026-10-05T12:01")).days == 2


def test_days_are_those_inside_the_span() -> None:
    # Noon to noon from the morning of the 1st on, which belongs to the day before, to midnight of the 4th: four.
    long = ("2026-09-01T00:00", "2026-10-04T00:00")
    assert seen(long, since="2026-10-01T00:00", until="2026-10-20T00:00").days == 4


def test_three_firings_of_a_series_on_a_day_come_and_go_and_two_do_not() -> None:
    three = [(f"2026-10-05T{clock}", f"2026-10-05T{clock}") for clock in ("18:00", "20:00", "23:00")]
    two = [(f"2026-10-08T{clock}", f"2026-10-08T{clock}") for clock in ("18:00", "20:00")]
    assert seen(*three, *two).flapping_firings == 3
    # Before and after noon are two days.
    assert seen(*((f"2026-10-05T{clock}", f"2026-10-05T{clock}") for clock in ("11:00", "13:00", "14:00"))).days == 2


def test_three_series_that_fire_once_do_not_come_and_go() -> None:
    once = series((0, 1))
    one = behaviour([once, once, once], Span(0, 86_400, BERLIN))
    assert (one.flapping_firings, one.replayed.firings) == (0, 3)
