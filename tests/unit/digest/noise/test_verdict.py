"""Each verdict at the value where it begins and one short of it."""

import pytest

from digest.noise.model import Proposal, Rule, RuleVerdict
from digest.noise.replay import Replayed
from digest.noise.together import Meetings
from digest.noise.verdict import judge, twins, worst, worst_first
from digest.severity import Severities
from tests.noise_factory import judged, record

SHORT = Replayed(10, hidden=(6, 6, 6, 6, 6, 6))
"""A minute longer would remove six of ten."""
NEAR = Replayed(10, bridged=(0, 0, 7, 7, 7, 7))
"""Five minutes more would join seven of ten."""
OTHER = Rule("default", "eu-1", "DiskBusy", "warning")
RANK = Severities(("critical", "warning", "info"), ()).rank
DAY = 86_400


def test_a_rule_with_a_runbook_and_long_firings_is_actionable() -> None:
    assert judge(record(), Replayed(10), None) == judged("actionable")


def test_without_a_runbook_it_wants_one() -> None:
    one = judge(record(has_runbook=False), Replayed(10), None)
    assert (one.verdict, one.proposal, one.score) == ("no_runbook", Proposal("add_runbook", 10, 10), 0)


def test_more_than_half_cleared_within_minutes_is_too_sensitive_and_half_is_not() -> None:
    assert judge(record(cleared_soon=6), SHORT, None).proposal == Proposal("for", 10, 4, 60)
    assert judge(record(cleared_soon=5), SHORT, None).verdict == "actionable"


def test_half_of_the_firings_of_series_that_come_and_go_is_flapping_and_less_is_not() -> None:
    assert judge(record(flapping_firings=5), NEAR, None).proposal == Proposal("keep_firing_for", 10, 3, 300)
    assert judge(record(flapping_firings=4), NEAR, None).verdict == "actionable"


def test_flapping_takes_a_longer_for_where_gaps_are_long_and_nothing_where_neither_helps() -> None:
    assert judge(record(flapping_firings=10), SHORT, None).proposal == Proposal("for", 10, 4, 60)
    assert judge(record(flapping_firings=10), Replayed(10), None) == judged("flapping", None, flapping_firings=10)


def test_of_both_the_proposal_that_removes_more_decides() -> None:
    both = record(cleared_soon=6, flapping_firings=6)
    assert judge(both, Replayed(10, SHORT.hidden, NEAR.bridged), None).verdict == "flapping"
    assert judge(both, Replayed(10, SHORT.hidden, SHORT.hidden), None).verdict == "too_sensitive"


@pytest.mark.parametrize("changes", [{}, {"cleared_soon": 4}, {"flapping_firings": 4}, {"has_runbook": False}])
def test_nothing_is_claimed_from_four_firings(changes: dict[str, object]) -> None:
    one = judge(record(firings=4, **changes), SHORT, (OTHER, 4))
    assert (one.verdict, one.proposal) == ("too_few", None)


STALE = {"firings": 1, "span_seconds": 7 * DAY, "firing_seconds": 483_840, "median_seconds": DAY // 2}
"""Four fifths of a week, which is 604,800 s, in firings of half a day."""


def test_what_fires_four_fifths_of_a_week_is_stale_even_if_it_fired_once() -> None:
    one = judge(record(**STALE), Replayed(1), None)
    assert (one.verdict, one.proposal) == ("stale", Proposal("delete_or_fix", 1, 0))


@pytest.mark.parametrize("less", ["span_seconds", "firing_seconds", "median_seconds"])
def test_a_second_less_of_any_is_not_stale(less: str) -> None:
    changed = STALE | {less: STALE[less] - 1} | ({"firing_seconds": 483_839} if less == "span_seconds" else {})
    assert judge(record(**changed), Replayed(1), None).verdict == "too_few"


def test_a_duplicate_is_merged_into_its_twin() -> None:
    one = judge(record(cleared_soon=6), SHORT, (OTHER, 9))
    assert (one.verdict, one.proposal) == ("duplicate", Proposal("merge", 10, 1, into=OTHER))


def found(
    met: tuple[int, int],
    near: tuple[int, int],
    firings: tuple[int, int],
    severities: tuple[str, str] = ("warning",) * 2,
) -> dict[int, tuple[str, int]]:
    """Return the duplicates of rules 1 (A) and 2 (B) that met so often."""
    rules = {n: (Rule("s", "c", name, severities[n - 1]), firings[n - 1]) for n, name in ((1, "A"), (2, "B"))}
    meetings = Meetings({(1, 2): met[0], (2, 1): met[1]}, {(1, 2): near[0], (2, 1): near[1]})
    return {number: (rule.alertname, met) for number, (rule, met) in twins(meetings, rules, RANK).items()}


def test_nine_of_ten_that_begin_together_are_a_duplicate_of_the_rule_that_fires_more() -> None:
    assert found((10, 10), (10, 10), (10, 12)) == {1: ("B", 10)}
    assert found((9, 9), (10, 10), (10, 12)) == {1: ("B", 9)}
    assert found((8, 8), (10, 10), (10, 12)) == {}


def test_of_two_that_are_the_same_the_more_severe_stays_and_else_the_lesser_name() -> None:
    assert found((10, 10), (10, 10), (10, 10)) == {2: ("A", 10)}
    assert found((10, 10), (10, 10), (10, 10), ("warning", "critical")) == {1: ("B", 10)}


def test_a_critical_rule_is_never_merged_into_a_warning_that_fires_more() -> None:
    assert found((10, 10), (10, 40), (10, 100), ("critical", "warning")) == {}


def test_a_rule_that_fires_all_the_time_is_no_twin_of_what_fires_now_and_then() -> None:
    # At the places of A, B fires 21 times of which 10 begin with A: chance would do.
    assert found((10, 10), (10, 21), (10, 100)) == {}
    assert found((10, 10), (10, 20), (10, 100)) == {1: ("B", 10)}


def test_nothing_is_a_duplicate_by_four_firings() -> None:
    assert found((4, 4), (4, 4), (4, 8)) == {}
    assert found((5, 5), (5, 5), (5, 8)) == {1: ("B", 5)}


def scored(name: str, removed: int, firings: int = 10) -> RuleVerdict:
    rule = Rule("default", "", name, "warning")
    return judged("stale", Proposal("for", firings, firings - removed), rule=rule, firings=firings)


def test_the_worst_rule_is_the_one_of_which_most_would_go() -> None:
    rules = [scored("a", 3), scored("b", 0), scored("c", 9), scored("d", 3, firings=20), scored("e", 3)]
    assert [one.record.rule.alertname for one in worst_first(rules)] == ["c", "d", "a", "e", "b"]
    assert [one.record.rule.alertname for one in worst(rules)] == ["c", "d", "a"]
    assert worst([scored("b", 0), judged("actionable")]) == ()
