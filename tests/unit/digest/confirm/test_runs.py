"""From samples to the times in which a series fired, in seconds after the start of what was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.confirm.model import Rule
from digest.confirm.runs import Asked, Labels, Runs, by_name, outages, rule_of, stretches

LAST = 3600.0
ASKED = Asked(0.0, LAST, LAST)
EACH = 30.0
Told = list[tuple[float, float, bool]]


def runs(*samples: float, shortest: float = EACH) -> Runs:
    """Return a series that was evaluated as firing at these times."""
    one = Runs(shortest)
    for at in samples:
        one.add(at)
    return one


def each(start: float, end: float, interval: float = EACH) -> list[float]:
    """Return the evaluations from one time to another, that one included."""
    return [start + interval * number for number in range(int((end - start) / interval) + 1)]


def told(one: Runs, rule: Rule | None = None, gone: tuple[tuple[float, float], ...] = ()) -> Told:
    """Return start, end and whether it still fires of each stretch."""
    return [(got.start.timestamp(), got.end.timestamp(), got.firing) for got in stretches(one, rule, gone, ASKED)]


def test_it_ended_with_the_evaluation_that_did_not_say_so_any_more() -> None:
    assert told(runs(*each(300, 600))) == [(300, 630, False)]
    assert told(runs(*each(3000, LAST))) == [(3000, LAST, True)]


def test_a_break_of_more_than_an_interval_and_a_half_parts_two() -> None:
    assert told(runs(0, 30, 60, 120, 150)) == [(0, 90, False), (120, 180, False)]
    assert told(runs(0, 30, 74, 104)) == [(0, 134, False)]


def test_the_interval_of_its_own_rule_counts() -> None:
    slow = Rule(300, 0, {})
    assert told(runs(*each(300, 1500, 300)), slow) == [(300, 1800, False)]
    # A rule of a minute that is firing at each second evaluation has cleared in between.
    assert len(told(runs(*each(0, 600, 120)), Rule(60, 0, {}))) == 6


def test_without_a_rule_the_usual_distance_of_its_samples_is_its_interval() -> None:
    assert told(runs(*each(300, 1500, 300))) == [(300, 1800, False)]


def test_a_rule_is_known_by_the_labels_that_are_its_own() -> None:
    fast, slow = Rule(30, 0, {}, {"severity": "page"}), Rule(300, 60, {}, {"severity": "info"})
    assert rule_of({"alertname": "A", "severity": "info", "pod": "x"}, [fast, slow]) == slow
    assert rule_of({"alertname": "A"}, [fast, slow]) is None
    assert rule_of({"alertname": "A"}, [Rule(30, 0, {}), Rule(300, 0, {})]) is None
    assert rule_of({"alertname": "A"}, [Rule(30, 0, {}), Rule(30, 0, {"x": "y"})]) == Rule(30, 0, {})


WATCHDOG: Labels = (("alertname", "Watchdog"), ("severity", "none"))
AWAY = (1200.0, 1500.0)


def around() -> list[float]:
    """Return the evaluations of what fires always, but for the outage."""
    return [*each(0, AWAY[0]), *each(AWAY[1], LAST)]


def test_what_a_heartbeat_lacks_was_not_evaluated() -> None:
    assert outages({WATCHDOG: runs(*around())}, ASKED) == (AWAY,)


def test_a_gap_of_a_single_alert_is_that_it_cleared_and_one_of_two_is_an_outage() -> None:
    one, other = ((("alertname", name),) for name in "AB")
    assert outages({one: runs(*around())}, ASKED) == ()
    assert outages({one: runs(*around()), other: runs(*around())}, ASKED) == (AWAY,)
    assert outages({one: runs(*around()), other: runs(*each(0, LAST))}, ASKED) == ()


def test_an_outage_is_only_what_all_of_them_lack() -> None:
    cleared = runs(*each(0, 900), *each(1500, LAST))
    missed = runs(*each(0, 1020), *each(1110, LAST))
    assert outages({(("alertname", "A"),): cleared, WATCHDOG: missed}, ASKED) == ((1020.0, 1110.0),)


def test_one_evaluation_that_the_heartbeat_missed_does_not_join_two_of_a_slow_rule() -> None:
    slow = runs(*each(0, 1200, 300), *each(2100, 3000, 300))
    assert len(told(slow, Rule(300, 0, {}), ((1230.0, 1320.0),))) == 2


def test_what_fired_before_and_after_an_outage_fired_through_it() -> None:
    assert told(runs(*around()), None, (AWAY,)) == [(0, LAST, True)]
    late = runs(*each(600, AWAY[0]), *each(AWAY[1] + 180, 2400))
    assert told(late, Rule(EACH, 120, {}), (AWAY,)) == [(600, 2430, False)]
    assert len(told(late, Rule(EACH, 0, {}), (AWAY,))) == 2


def test_what_had_cleared_before_an_outage_did_not_fire_through_it() -> None:
    cleared = runs(*each(600, 900), *each(AWAY[1], 2400))
    assert len(told(cleared, None, (AWAY,))) == 2


def test_what_fired_at_the_start_may_have_fired_before() -> None:
    (first,) = stretches(runs(*each(30, 300)), None, (), ASKED)
    (later,) = stretches(runs(*each(60, 300)), None, (), ASKED)
    assert (first.cut, later.cut) == (True, False)


def test_series_are_told_by_the_name_of_their_alert() -> None:
    found = by_name({(("alertname", "A"), ("pod", "x")): runs(0)}, {}, ASKED)
    assert [dict(one.labels) for one in found["A"]] == [{"alertname": "A", "pod": "x"}]


@given(st.lists(st.booleans(), min_size=1, max_size=110))
def test_on_a_grid_each_run_of_evaluations_is_a_stretch(fires: list[bool]) -> None:
    """Compared with a walk over the grid, evaluation by evaluation."""
    expected: Told = []
    for number, now in enumerate([*fires, False]):
        if now and (number == 0 or not fires[number - 1]):
            expected.append((number * EACH, 0, False))
        elif not now and number and fires[number - 1]:
            expected[-1] = (expected[-1][0], number * EACH, False)
    got = told(runs(*(number * EACH for number, now in enumerate(fires) if now)), Rule(EACH, 0, {}))
    assert got == expected


@pytest.mark.parametrize(("samples", "same"), [((60, 30), (60,)), ((60, 60), (60,)), ((0, 60, 30, 90), (0, 60, 90))])
def test_samples_that_come_twice_or_late_change_nothing(samples: tuple[float, ...], same: tuple[float, ...]) -> None:
    assert told(runs(*samples)) == told(runs(*same))
