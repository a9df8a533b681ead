"""The arithmetic of minutes, against sets of minutes and by hand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from digest.health.model import Absence, Span
from digest.health.spans import Range, absence, minute_of, missing, rhythm, whole_minutes

NIGHT = datetime(2026, 7, 1, 18, tzinfo=UTC)
EVENING = minute_of(NIGHT)
RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)).map(lambda one: (one[0], one[0] + one[1])))
WITHIN = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda one: (min(one), max(one)))


def members(ranges: list[Range]) -> set[int]:
    return {minute for first, end in ranges for minute in range(first, end)}


def span(first: int, end: int) -> Span:
    return Span(NIGHT + timedelta(minutes=first), NIGHT + timedelta(minutes=end))


def test_a_minute_of_a_period_lies_in_it_with_its_first_and_its_last_second() -> None:
    start = NIGHT + timedelta(seconds=1)
    assert whole_minutes(NIGHT, NIGHT + timedelta(minutes=2)) == (EVENING, EVENING + 2)
    assert whole_minutes(start, start + timedelta(minutes=2)) == (EVENING + 1, EVENING + 2)
    assert whole_minutes(start, start + timedelta(seconds=30)) == (EVENING + 1, EVENING + 1)


@given(RANGES, WITHIN)
def test_what_is_missing_is_the_difference_of_the_sets_in_separate_ranges(ranges: list[Range], within: Range) -> None:
    found = missing(ranges, within)
    assert members(found) == set(range(*within)) - members(ranges)
    assert all(first < end for first, end in found)
    assert all(one[1] < following[0] for one, following in pairwise(found))


def test_a_restart_within_two_minutes_is_not_told() -> None:
    assert absence([(EVENING, EVENING + 1), (EVENING + 5, EVENING + 7)]) == Absence((span(5, 7),), 0, 120)


def test_the_three_longest_are_told_in_the_order_of_time_and_the_others_counted() -> None:
    lengths = [(0, 4), (10, 12), (20, 29), (40, 43), (50, 60)]
    ranges = [(EVENING + first, EVENING + end) for first, end in lengths]
    assert absence(ranges) == Absence((span(0, 4), span(20, 29), span(50, 60)), 2, 60 * (4 + 2 + 9 + 3 + 10))


def test_a_steady_heartbeat_has_its_interval_and_no_gap() -> None:
    assert rhythm(range(0, 61, 5), (10, 62)) == (5, [])


def test_one_lost_message_is_no_gap_and_two_in_a_row_are_one() -> None:
    # Every 5 minutes, without the one at 20; without those at 40 and 45: 15 minutes are more than 12.5.
    beats = [minute for minute in range(0, 61, 5) if minute not in {20, 40, 45}]
    assert rhythm(beats, (0, 62)) == (5, [(35, 50)])


def test_a_heartbeat_every_minute_may_pause_for_two() -> None:
    assert rhythm([0, 1, 2, 3, 5, 6, 9, 10], (0, 11)) == (1, [(6, 9)])


def test_a_heartbeat_that_stopped_before_the_night_is_away_for_all_of_it() -> None:
    assert rhythm([-60, -55, -50, -45], (0, 840)) == (5, [(0, 840)])


def test_a_gap_that_began_before_the_night_and_one_that_lasts_are_told_as_far_as_they_lie_in_it() -> None:
    beats = [-30, -25, -20, 10, 15, 20, 25]
    assert rhythm(beats, (0, 60)) == (5, [(0, 10), (25, 60)])


def test_too_few_messages_tell_nothing() -> None:
    assert rhythm([], (0, 840)) == (None, [])
    assert rhythm([0, 240], (0, 840)) == (None, [])


def test_what_came_after_the_period_does_not_hide_that_it_ended_in_silence() -> None:
    assert rhythm([0, 5, 10, 100], (0, 60)) == (5, [(10, 60)])


@given(st.sets(st.integers(-50, 100), max_size=40), WITHIN)
def test_a_gap_has_no_beat_inside_and_is_longer_than_what_is_usual_allows(beats: set[int], within: Range) -> None:
    usual, gaps = rhythm(beats, within)
    told = sorted(beat for beat in beats if beat <= within[1])
    distances = sorted(after - before for before, after in pairwise(told))
    assert usual == (distances[(len(distances) - 1) // 2] if len(distances) > 1 else None)
    silent = set[int]()
    for minute in range(*within):
        before = [beat for beat in told if beat <= minute]
        after = [beat for beat in told if beat > minute] or [within[1]]
        if usual and before and after[0] - before[-1] > max(2.5 * usual, 2):
            silent.add(minute)
    assert members(gaps) == silent
