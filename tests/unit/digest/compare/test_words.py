"""What is said of a comparison, and what is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compare.model import Comparison, GroupComparison, NightComparison, NightCount
from digest.compare.words import groups_line, night_line, nights_line, words_by_group
from digest.facts import Facts, Period
from tests.nights import before, today

PLAIN = GroupComparison("g1", "k", 0)
NIGHT = NightComparison("louder", 28, 40.0, 2.0, 52, ())


def told(night: NightComparison | None = NIGHT, *groups: GroupComparison, occurrences: int = 36) -> Facts:
    return replace(today(occurrences), comparison=Comparison(42, 28, groups or (PLAIN,), night))


def words(occurrences: int = 36, **changes: object) -> str:
    return words_by_group(told(NIGHT, replace(PLAIN, **changes), occurrences=occurrences))["g1"]  # type: ignore[arg-type]


def test_a_group_in_a_few_words() -> None:
    assert words(verdict="new") == "new in 42 nights kept"
    assert words(verdict="back", days_since=23) == "back after 23 days"
    assert words(verdict="chronic", fired_nights=7, of_nights=7) == "every night (7 of 7)"
    assert words(verdict="chronic", fired_nights=6, of_nights=7) == "6 of the last 7 nights"
    assert words(verdict="known", volume="usual", usual=30.0) == ""
    assert words(verdict=None) == ""


def test_more_and_less_than_usual() -> None:
    assert words(36, verdict="known", volume="worse", usual=12.0) == "3× the usual 12"
    assert words(31, verdict="known", volume="worse", usual=12.5) == "2.5× the usual 12.5"
    assert words(2400, verdict="known", volume="worse", usual=1200.0) == "2× the usual 1,200"
    assert words(8, verdict="known", volume="worse", usual=0.0) == "8 times, usually none"
    assert words(4, verdict="known", volume="better", usual=12.0) == "fewer than the usual 12"


def test_what_is_chronic_and_worse_says_both() -> None:
    both = words(36, verdict="chronic", fired_nights=7, of_nights=7, volume="worse", usual=12.0)
    assert both == "every night (7 of 7); 3× the usual 12"


def test_nights_are_called_what_they_are() -> None:
    chronic = replace(PLAIN, verdict="chronic", fired_nights=7, of_nights=7)
    sunday, long = before(4), before(3)
    facts = told(NIGHT, chronic)
    weekend = replace(facts, period=Period(sunday.start, sunday.end, sunday.end, "Europe/Berlin"))
    assert words_by_group(weekend)["g1"] == "every weekend night (7 of 7)"
    monday = replace(facts, period=Period(long.start - timedelta(days=2), long.end, long.end, "Europe/Berlin"))
    assert words_by_group(monday)["g1"] == "every window like this (7 of 7)"
    # On Saturday and Sunday it did not fire, and does not count: not every night, nor the last seven.
    mixed = replace(NIGHT, last_nights=tuple(NightCount(before(days).end, 1) for days in (5, 4, 3, 2, 1, 0)))
    assert words_by_group(told(mixed, chronic))["g1"] == "every weekday night (7 of 7)"
    six = replace(chronic, fired_nights=6)
    assert words_by_group(told(mixed, six))["g1"] == "6 of the last 7 weekday nights"


def test_without_a_comparison_nothing_is_said() -> None:
    facts = today()
    assert (words_by_group(facts), night_line(facts), nights_line(facts), groups_line(None)) == ({"g1": ""}, "", "", "")


def test_a_part_of_a_window_has_no_line_of_nights() -> None:
    facts = told(None)
    assert (night_line(facts), nights_line(facts)) == ("", "")


@pytest.mark.parametrize(
    ("night", "occurrences", "line"),
    [
        (NIGHT, 1314, "Louder than usual: 1,314 occurrences, usually about 40, last week 52."),
        (replace(NIGHT, verdict="quieter", last_week=None), 1, "Quieter than usual: 1 occurrence, usually about 40."),
        (replace(NIGHT, verdict="usual"), 44, "In the usual range: 44 occurrences, usually about 40, last week 52."),
        (replace(NIGHT, usual=0.5, last_week=0), 9, "Louder than usual: 9 occurrences, usually none, last week 0."),
    ],
)
def test_the_night_in_a_line(night: NightComparison, occurrences: int, line: str) -> None:
    facts = told(night)
    assert night_line(replace(facts, totals=replace(facts.totals, occurrences=occurrences))) == line


def test_too_few_nights_are_said_to_be_too_few() -> None:
    facts = replace(today(), comparison=Comparison(5, 5, (PLAIN,), replace(NIGHT, verdict=None, measured=2)))
    assert night_line(facts) == "Comparison starts after 3 nights like this one; 2 are kept."


def test_where_no_webhook_came_the_night_is_not_judged() -> None:
    facts = replace(told(), capture=replace(today().capture, received=False))
    assert night_line(facts) == ""


def test_the_last_nights_with_their_days_and_gaps() -> None:
    counts = (38, 1041, None, 3)
    nights = tuple(NightCount(before(days).end, some) for days, some in zip((5, 3, 2, 0), counts, strict=True))
    assert nights_line(told(replace(NIGHT, last_nights=nights))) == "Sat 38 · Mon 1,041 · Tue – → Thu 3"
    assert nights_line(told(replace(NIGHT, last_nights=nights[-1:]))) == ""


def test_how_many_groups_are_what() -> None:
    groups = (
        replace(PLAIN, verdict="new"),
        replace(PLAIN, verdict="chronic", volume="worse"),
        replace(PLAIN, verdict="chronic", volume="usual"),
        replace(PLAIN, verdict="known", volume="better"),
    )
    line = groups_line(Comparison(9, 9, groups, NIGHT))
    assert line == "1 new, 2 chronic, 1 worse than usual, 1 better than usual."
    assert groups_line(Comparison(9, 9, (PLAIN,), NIGHT)) == ""
