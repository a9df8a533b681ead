"""The charts of the comparison: what is beside what, and how long each bar is."""

from dataclasses import replace
from itertools import pairwise

from digest.compare.model import Comparison
from digest.report.compared import MOST_GROUPS, compared
from digest.report.model import Compared
from tests.facts_factory import night
from tests.report_nights import compared as compared_night

FACTS = compared_night()


def charts() -> Compared:
    told = compared(FACTS)
    assert told is not None
    return told


def test_without_a_comparison_there_is_no_chart() -> None:
    assert compared(night(3)) is None


def test_nights_stand_side_by_side_and_the_highest_is_100_high() -> None:
    nights = charts().nights
    assert nights is not None
    assert [(bar.day, bar.count) for bar in nights.bars] == [
        ("Tue", "41"), ("Wed", "38"), ("Thu", "–"), ("Fri", "52"), ("Sat", "44"), ("Sun", "40"), ("Mon", "72"),
    ]  # fmt: skip
    # Of 72: 41 is 56.944 %; of a night that is not known there is no bar.
    assert [bar.height for bar in nights.bars[:3]] == [56.944, 52.778, 0]
    assert (nights.bars[-1].height, nights.bars[-1].tonight, nights.usual) == (100, True, 56.944)
    edges = [(bar.left, bar.left + bar.width) for bar in nights.bars]
    assert all(end < start for (_, end), (start, _) in pairwise(edges))
    assert (edges[0][0] >= 0, edges[-1][1] <= 100) == (True, True)


def test_groups_are_worse_ones_first_each_on_its_own_scale() -> None:
    groups = charts().groups
    assert [one.volume for one in groups] == ["worse", "worse", "better", "usual", "usual"]
    first, never, fewer = groups[:3]
    # 12 tonight, usually 4, last week 9: the scale goes to 12.
    assert (first.tonight, first.usual, first.last_week) == (100, 33.333, 75)
    assert first.words == "12 times, usually 4, last week 9 (worse than usual)"
    assert (never.usual, never.words) == (0, "12 times, usually none, last week 9 (worse than usual)")
    # Usually 40: the scale goes to 40.
    assert (fewer.tonight, fewer.usual, fewer.last_week) == (30, 100, 22.5)


def test_what_is_not_drawn_is_counted() -> None:
    facts = night(30)
    one = FACTS.comparison.groups[0] if FACTS.comparison else None
    assert one is not None
    groups = tuple(replace(one, group=group.id) for group in facts.groups)
    told = compared(replace(facts, comparison=Comparison(9, 9, groups)))
    assert told is not None
    assert (len(told.groups), told.more, told.nights) == (MOST_GROUPS, 10, None)
