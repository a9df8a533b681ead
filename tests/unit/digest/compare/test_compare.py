"""The verdicts, by hand; each night before today ended on a working day, as today's does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compare.compare import Known, by_key, compare
from digest.compare.history import Night, Sighting, look_back
from digest.compare.model import Comparison, GroupComparison, NightComparison
from digest.confirm.model import Confirmation
from digest.facts import Facts
from tests.nights import before, of, seen, today

NOTHING = Known("k", 0, ())
WEEK = of(10, 10, 10, 10, 10, 10)


def compared(facts: Facts, nights: tuple[Night, ...], known: Known, *, whole: bool = True) -> Comparison:
    return compare(facts, look_back(nights, facts.period, whole=whole), {"g1": known}, whole=whole)


def group(nights: tuple[Night, ...], known: Known, occurrences: int = 10, *, whole: bool = True) -> GroupComparison:
    (one,) = compared(today(occurrences), nights, known, whole=whole).groups
    return one


def as_a_whole(nights: tuple[Night, ...], occurrences: int, *, received: bool = True) -> NightComparison:
    night = compared(today(occurrences, received=received), nights, NOTHING).night
    assert night
    return night


def test_on_no_night_kept_is_new() -> None:
    one = group(of(1, 1, 1), NOTHING)
    assert (one.verdict, one.volume, one.last_seen_at, one.days_since) == ("new", None, None, None)


def test_nothing_is_claimed_from_fewer_than_three_comparable_nights() -> None:
    two = of(1, 1)
    for known in (NOTHING, seen(two, 1, 1)):
        one = group(two, known, 500)
        assert (one.verdict, one.volume) == (None, None)
    assert as_a_whole(two, 500).verdict is None
    # Two of weekends more are kept, but not comparable.
    assert group((before(5), before(4), *two), NOTHING).verdict is None


def test_what_was_seen_on_a_weekend_only_is_not_new() -> None:
    nights = (before(5), *of(1, 1, 1))
    one = group(nights, seen(nights, 4, 0, 0, 0))
    assert (one.verdict, one.days_since) == ("known", 4)


def test_seven_days_and_three_nights_without_it_make_it_back() -> None:
    # Last seen on a Thursday at 07:00, now on Wednesday at 20:00: 6 calendar days; a day more and it is back.
    nights = of(1, 1, 1, 1, 1, 1)
    assert nights[0].end == before(8).end
    one = group(nights, seen(nights, 5, 0, 0, 0, 0, 0))
    assert (one.verdict, one.days_since, one.last_seen_at) == ("back", 7, before(8).end - timedelta(hours=1))
    one = group(nights, seen(nights, 5, 5, 0, 0, 0, 0))
    assert (one.verdict, one.days_since) == ("known", 6)


def test_absence_needs_three_nights_that_saw_it() -> None:
    old, lately = (before(60), before(59), before(20)), (before(2), before(1))
    assert group((*old, *lately), seen((*old, *lately), 1, 1, 1, 0, 0)).verdict == "known"
    nights = (*old, before(3), *lately)
    one = group(nights, seen(nights, 1, 1, 1, 0, 0, 0))
    assert (one.verdict, one.days_since) == ("back", 19)


def test_nights_of_any_kind_are_witnesses_of_absence() -> None:
    nights = (before(60), before(59), before(10), before(5), before(4), before(1))
    assert group(nights, seen(nights, 1, 1, 1, 0, 0, 0)).verdict == "back"


def test_a_night_without_a_count_is_no_witness_of_absence() -> None:
    nights = (before(60), before(59), before(20), before(3, None), before(2), before(1))
    known = seen(nights, 1, 1, 1, 0, 0, 0)
    assert group(nights, known).verdict == "known"


@pytest.mark.parametrize(
    ("counts", "verdict", "fired"),
    [((1, 1, 1, 1, 1, 1), "chronic", 7), ((1, 0, 1, 1, 1, 1), "chronic", 6), ((0, 1, 1, 0, 1, 1), "known", 5)],
)
def test_six_of_the_last_seven_nights_make_it_chronic(counts: tuple[int, ...], verdict: str, fired: int) -> None:
    one = group(WEEK, seen(WEEK, *counts), 1)
    assert (one.verdict, one.fired_nights, one.of_nights) == (verdict, fired, 7)


def test_six_of_six_are_not_yet_chronic() -> None:
    one = group(WEEK[1:], seen(WEEK[1:], 1, 1, 1, 1, 1), 1)
    assert (one.verdict, one.fired_nights, one.of_nights) == ("known", 6, 6)


def test_chronic_and_worse_are_both_told() -> None:
    one = group(WEEK, seen(WEEK, 12, 12, 12, 12, 12, 12), 36)
    assert (one.verdict, one.volume, one.usual, one.spread) == ("chronic", "worse", 12.0, 0.0)


def test_every_monday_is_chronic_although_the_last_one_was_a_week_ago() -> None:
    # Windows from Friday to Monday are alike among themselves; the nights between them lack the alert.
    mondays = [Night(before(days).start - timedelta(days=2), before(days).end, 5) for days in range(45, 0, -7)]
    between = [before(days) for days in range(44, 0, -1) if before(days).end.weekday() in {1, 2, 3, 4}]
    facts = today(5)
    period = replace(facts.period, start=mondays[-1].start, end=mondays[-1].end, cut_off=mondays[-1].end)
    facts = replace(
        facts, period=period, groups=(replace(facts.groups[0], first_seen=period.start + timedelta(hours=1)),)
    )
    known = seen(mondays[:-1], 5, 5, 5, 5, 5, 5)
    (one,) = compared(facts, (*mondays[:-1], *between), known).groups
    assert (one.verdict, one.fired_nights, one.of_nights, one.volume) == ("chronic", 7, 7, "usual")


def test_nights_without_the_group_count_as_none() -> None:
    # Counts 0 0 0 0 6 6: median 0, MAD 0; 8 is beyond all of them.
    one = group(WEEK, seen(WEEK, 0, 0, 0, 0, 6, 6), 8)
    assert (one.verdict, one.volume, one.usual, one.spread) == ("known", "worse", 0.0, 0.0)


def test_half_as_often_is_better_and_what_is_new_or_back_has_no_volume() -> None:
    assert group(WEEK, seen(WEEK, 10, 10, 10, 10, 10, 10), 5).volume == "better"
    assert group(WEEK, NOTHING, 500).volume is None
    assert group(WEEK, seen(WEEK, 10, 0, 0, 0, 0, 0), 500).volume is None


def test_last_week_is_the_night_that_ended_seven_days_ago() -> None:
    nights = of(1, 1, 1, 1, 1)  # the oldest ended 7 days ago
    assert nights[0].end == before(7).end
    assert group(nights, seen(nights, 4, 0, 0, 0, 0)).last_week == 4
    assert group(nights, seen(nights, 0, 1, 0, 0, 0)).last_week == 0
    assert group(nights[1:], seen(nights[1:], 1, 0, 0, 0)).last_week is None


def test_a_part_of_a_window_is_compared_by_presence_and_never_by_volume() -> None:
    one = group(WEEK, seen(WEEK, 1, 1, 1, 1, 1, 1), 500, whole=False)
    assert (one.verdict, one.volume, one.usual, one.last_week) == ("chronic", None, None, None)
    assert compared(today(500), WEEK, NOTHING, whole=False).night is None
    assert group(WEEK, NOTHING, 500, whole=False).verdict == "new"


def test_a_night_one_and_a_half_times_as_loud_is_louder() -> None:
    # Median 40, distances 4 2 0 0 2 4: MAD 2, and 3 x 1.4826 x 2 = 8.9.
    nights = of(36, 38, 40, 40, 42, 44)
    assert [as_a_whole(nights, told).verdict for told in (60, 59, 40, 27, 26)] == [
        "louder",
        "usual",
        "usual",
        "usual",
        "quieter",
    ]
    assert (as_a_whole(nights, 1).usual, as_a_whole(nights, 1).spread) == (40.0, 2.0)


def test_the_last_seven_nights_are_of_any_kind_and_show_their_gaps() -> None:
    nights = (before(9, 1), before(6, 2), before(5, 3), before(4, None), before(3, 5), before(2, None), before(1, 7))
    told = as_a_whole(nights, 8).last_nights
    assert [one.occurrences for one in told] == [2, 3, None, 5, None, 7, 8]
    assert [one.end for one in told] == [before(days).end for days in (6, 5, 4, 3, 2, 1, 0)]


def test_a_night_in_which_no_webhook_came_is_not_called_quiet() -> None:
    night = as_a_whole(WEEK, 0, received=False)
    assert (night.verdict, night.last_nights[-1].occurrences) == (None, None)
    (one,) = compared(today(1, received=False), WEEK, seen(WEEK, 9, 9, 9, 9, 9, 9)).groups
    assert one.volume is None


def test_what_was_counted_with_prometheus_is_not_held_against_what_was_counted_without() -> None:
    nights = of(10, 10, 10, 100, 100, 100)
    nights = (*nights[:3], *(replace(night, prometheus=True) for night in nights[3:]))
    known = seen(nights, 10, 10, 10, 100, 100, 100)
    without = today(100)
    facts = replace(without, confirmation=Confirmation("not_asked", "answered", (), 30))
    failed = replace(without, confirmation=Confirmation("not_asked", "failed", (), 30))
    for one, usual, volume, verdict in (
        (facts, 100.0, "usual", "usual"),
        (without, 10.0, "worse", "louder"),
        (failed, 10.0, "worse", "louder"),
    ):
        told = compared(one, nights, known)
        assert told.night
        assert (told.night.measured, told.night.usual, told.night.verdict) == (3, usual, verdict)
        assert (told.groups[0].verdict, told.groups[0].volume) == ("chronic", volume)
    first = compared(facts, nights[:4], known)
    assert first.night
    assert (first.night.verdict, first.night.measured, first.groups[0].volume, first.groups[0].verdict) == (
        None, 1, None, "known",
    )  # fmt: skip


def test_sightings_are_by_key_and_oldest_first() -> None:
    late, early, other = (
        Sighting("a", before(1).end, 1, before(1).end),
        Sighting("a", before(2).end, 2, before(2).end),
        Sighting("b", before(3).end, 3, before(3).end),
    )
    assert by_key([late, other, early]) == {"a": (early, late), "b": (other,)}
