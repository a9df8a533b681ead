"""What a longer ``for`` and a ``keep_firing_for`` would have left, by hand and by a clock that ticks."""

from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.noise.model import Proposal
from digest.noise.replay import LADDER, Replayed, Series, best_rung, propose_for, propose_keep, replay
from tests.noise_factory import series

TICK = 30
"""Seconds between two evaluations."""


def replayed(*some: Series) -> Replayed:
    return reduce(add, map(replay, some), Replayed())


def test_a_firing_is_left_if_it_lasts_longer_than_the_step() -> None:
    # Durations of 1, 5, 6, 20 and 61 minutes against steps of 1, 2, 5, 10, 15 and 30.
    one = replay(series((0, 1), (100, 105), (200, 206), (300, 320), (400, 461)))
    assert one.firings == 5
    assert one.hidden == (1, 1, 2, 3, 3, 4)
    assert one.long == 1


def test_two_firings_become_one_if_the_gap_is_no_longer_than_the_step() -> None:
    # Gaps of 1, 2, 3, 11 and 31 minutes.
    one = replay(series((0, 10), (11, 20), (22, 30), (33, 40), (51, 60), (91, 95)))
    assert one.bridged == (1, 2, 3, 3, 4, 4)


def test_gaps_are_those_within_a_series() -> None:
    assert replayed(series((0, 10)), series((11, 20))).bridged == (0, 0, 0, 0, 0, 0)


def test_a_firing_whose_end_was_not_told_is_never_said_to_be_removed() -> None:
    assert replay(series((0, 1, False))).hidden == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("removed", "firings", "rung"),
    [
        ((0, 10, 32, 34, 35, 40), 41, 2),  # 80 % of 40 are 32, half of 41 are 20.5
        ((0, 10, 31, 34, 35, 40), 41, 3),
        ((0, 0, 0, 0, 0, 20), 41, None),  # less than half
        ((21, 21, 21, 21, 21, 21), 41, 0),
        ((0, 0, 0, 0, 0, 0), 0, None),
    ],
)
def test_the_first_step_that_removes_most_is_proposed(removed: tuple[int, ...], firings: int, rung: int | None) -> None:
    assert best_rung(removed, firings) == rung


def test_a_longer_for_says_how_many_long_firings_it_would_delay() -> None:
    short, long = [(100 * n, 100 * n + 8) for n in range(34)], [(5000 + 100 * n, 5062 + 100 * n) for n in range(7)]
    assert propose_for(replay(series(*short, *long))) == Proposal("for", 41, 7, 600, later=7)


def test_a_series_that_comes_back_within_minutes_is_kept_firing() -> None:
    # Six firings of 40 minutes, 4 minutes apart: 5 of 6 go where gaps of 5 minutes are bridged; no step hides any.
    one = replay(series(*((44 * n, 44 * n + 40) for n in range(6))))
    assert propose_keep(one) == Proposal("keep_firing_for", 6, 1, 300)
    assert propose_for(one) is None


Gaps = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 150)), max_size=12)
"""Ticks until the next firing, and ticks that it lasts."""
SOME_SERIES = st.lists(st.tuples(Gaps, st.booleans()), min_size=1, max_size=4)


def firings_of(gaps: list[tuple[int, int]], ends: bool) -> Series:
    """Return the series; where it does not end, its last firing still lasts when all is over."""
    starts, stops, now = [], [], 0
    for pause, length in gaps:
        starts.append(now + pause)
        stops.append(now := now + pause + length)
    cleared = [True] * len(stops)
    if cleared and not ends:
        cleared[-1] = False
    return Series([TICK * one for one in starts], [TICK * one for one in stops], cleared)


def ticked(one: Series, longer: int, keep: int) -> int:
    """Return how many firings Prometheus would begin: tick by tick, as its documentation says ``for`` and the other.

    What has not cleared by the last tick counts as one that begins, since it may.
    """
    true = {t for s, e in zip(one.starts, one.ends, strict=True) for t in range(s, e, TICK)}
    open_end = bool(one.cleared) and not one.cleared[-1]
    state, since, off, begun = "inactive", 0, 0, 0
    for now in range(0, max(one.ends, default=0) + 4000, TICK):
        is_true = now in true or (open_end and now >= one.ends[-1])
        if open_end and now >= one.ends[-1]:
            return begun + (state != "firing")
        if is_true:
            if state == "inactive":
                state, since = "pending", now
            if state == "pending" and now - since >= longer:
                state, begun = "firing", begun + 1
            off = 0
        elif state == "pending":
            state = "inactive"
        elif state == "firing":
            off = off or now
            if now - off >= keep:
                state, off = "inactive", 0
    return begun


@given(SOME_SERIES)
def test_what_is_proposed_is_what_a_clock_finds(drawn: list[tuple[list[tuple[int, int]], bool]]) -> None:
    some = [firings_of(gaps, ends) for gaps, ends in drawn]
    whole = replayed(*some)
    assert whole.firings == sum(ticked(one, 0, 0) for one in some)
    for rung, step in enumerate(LADDER):
        assert whole.firings - whole.hidden[rung] == sum(ticked(one, step, 0) for one in some)
        assert whole.firings - whole.bridged[rung] == sum(ticked(one, 0, step) for one in some)


@given(SOME_SERIES)
def test_a_proposal_removes_at_least_half_and_no_smaller_step_would_do(
    drawn: list[tuple[list[tuple[int, int]], bool]],
) -> None:
    some = [firings_of(gaps, ends) for gaps, ends in drawn]
    firings = sum(len(one.starts) for one in some)

    def removed(step: int) -> int:
        return firings - sum(ticked(one, step, 0) for one in some)

    enough = [step for step in LADDER if removed(step) * 2 >= firings > 0 and removed(step) * 10 >= removed(1800) * 8]
    proposal = propose_for(replayed(*some))
    assert (proposal.seconds if proposal else None) == (enough[0] if enough else None)
    if proposal:
        assert proposal.after == sum(ticked(one, proposal.seconds or 0, 0) for one in some)
        assert proposal.later == sum(
            end - start > 3600 for one in some for start, end in zip(one.starts, one.ends, strict=True)
        )
