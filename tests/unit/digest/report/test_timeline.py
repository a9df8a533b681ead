"""The time line: who has a lane, what it says, what is marked and shaded, and what is left out."""

from dataclasses import replace
from datetime import timedelta

from digest.facts import Facts
from digest.health.model import Span
from digest.report.model import Bar, Timeline
from digest.report.timeline import MOST_LANES, timeline
from tests.facts_factory import END, START, night
from tests.report_nights import busy

HOUR = timedelta(hours=1)


def drawn(facts: Facts) -> Timeline:
    told = timeline(facts)
    assert told is not None
    return told


def test_a_quiet_night_has_none() -> None:
    assert timeline(night(0)) is None


def test_each_group_has_a_lane_most_important_first_with_its_times() -> None:
    facts = night(2)
    first, second = facts.groups  # the first fires, the second has cleared
    fires = replace(first, fired=(Span(START, START + HOUR), Span(START + 7 * HOUR, END)), first_seen=START - HOUR)
    cleared = replace(second, fired=(Span(START + 7 * HOUR, START + 7 * HOUR),), fired_merged=2)
    told = drawn(replace(facts, groups=(fires, cleared)))
    assert [lane.bars for lane in told.lanes] == [(Bar(0, 7.143), Bar(50, 50)), (Bar(50, 0),)]
    # 17:00 in UTC is 18:00 in Berlin.
    assert [lane.words for lane in told.lanes] == [
        "before 18:00–19:00, 01:00 and on",
        "01:00; 2 short breaks not shown",
    ]
    assert told.limits == ("In 1 group the shortest breaks are not shown.",)
    assert told.lanes[0].top < told.lanes[1].top < told.height


def test_more_groups_than_lanes_are_counted() -> None:
    told = drawn(busy(50))
    assert (len(told.lanes), told.more) == (MOST_LANES, 20)
    assert told.limits[0] == "20 more groups are not drawn; each is told under “All groups”."


def test_a_group_that_did_not_fire_in_the_period_has_no_lane() -> None:
    facts = busy(2)
    told = drawn(replace(facts, groups=(facts.groups[0], replace(facts.groups[1], fired=()))))
    assert [lane.group for lane in told.lanes] == ["g1"]


def test_facts_that_do_not_have_the_times_are_drawn_from_first_to_last_sight_and_it_is_said() -> None:
    facts = night(1)
    group = replace(facts.groups[0], first_seen=START - HOUR, last_seen=START + 7 * HOUR, firing_count=0)
    told = drawn(replace(facts, groups=(group,)))
    assert told.lanes[0].bars == (Bar(0, 50),)
    assert told.limits[0].startswith("This digest did not keep when its groups fired")


def test_a_night_of_which_nothing_fired_any_more_has_no_line_and_blames_no_digest() -> None:
    facts = night(1)
    group = replace(facts.groups[0], attention="stale", firing_seconds=0, first_seen=START - 2 * HOUR, firing_count=0)
    told = timeline(replace(facts, groups=(group,)))
    assert told is None or (told.lanes, told.limits) == ((), ())


def test_what_happened_in_the_cluster_is_numbered_and_what_was_away_is_shaded() -> None:
    told = drawn(busy(3))
    assert [(mark.number, mark.line.name, mark.line.words) for mark in told.marks] == [
        (1, "21:20 checkout-api (shop)", "rolled out v1.2.3 → v1.2.4"),
        (2, "21:25 checkout-api (shop)", "replicas 3 → 5"),
        (3, "21:32 checkout-api (shop)", "4 containers ended: OOMKilled"),
        (4, "04:00 worker-3", "is not ready"),
    ]
    # The first three are within twelve minutes: their numbers stand in three rows.
    assert len({mark.top for mark in told.marks[:3]}) == 3
    assert told.marks[3].top == told.marks[0].top
    assert [shade.words for shade in told.shades] == ["receiver away 23:00–23:35"]
    # 23:00 is 300 of 840 minutes, 35 of them long.
    assert told.shades[0].bar == Bar(35.714, 4.167)
