"""Which rules begin together, by hand and against every pair looked at."""

from hypothesis import given
from hypothesis import strategies as st

from digest.noise.together import MOST_RULES, Place, meetings

MINUTE = 60


def place(*firings: tuple[int, int]) -> Place:
    """Return a place from pairs of a rule's number and a start in seconds."""
    ordered = sorted(firings, key=lambda firing: firing[1])
    return Place([rule for rule, _ in ordered], [start for _, start in ordered])


def test_two_minutes_are_together_and_a_second_more_is_not() -> None:
    assert dict(meetings([place((1, 0), (2, 120))]).met) == {(1, 2): 1, (2, 1): 1}
    assert dict(meetings([place((1, 0), (2, 121))]).met) == {}


def test_before_counts_as_after() -> None:
    found = meetings([place((1, 1000), (2, 900), (2, 1100), (1, 5000))])
    assert dict(found.met) == {(1, 2): 1, (2, 1): 2}
    assert dict(found.near) == {(1, 2): 2, (2, 1): 2}


def test_only_the_same_place_counts() -> None:
    found = meetings([place((1, 0)), place((2, 0)), place((1, 10), (2, 5000))])
    assert dict(found.met) == {}
    assert dict(found.near) == {(1, 2): 1, (2, 1): 1}


def test_a_place_with_too_many_rules_says_nothing() -> None:
    assert dict(meetings([place(*((rule, 0) for rule in range(MOST_RULES + 1)))]).met) == {}
    assert len(meetings([place(*((rule, 0) for rule in range(MOST_RULES)))]).met) == MOST_RULES * (MOST_RULES - 1)


FIRINGS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 900)), max_size=40)


@given(FIRINGS)
def test_it_is_what_comparing_every_pair_finds(firings: list[tuple[int, int]]) -> None:
    expected = {
        (one, other): number
        for one in range(1, 5)
        for other in range(1, 5)
        if one != other
        and (
            number := sum(
                rule == one and any(b == other and abs(t - start) <= 2 * MINUTE for b, t in firings)
                for rule, start in firings
            )
        )
    }
    assert dict(meetings([place(*firings)]).met) == expected
