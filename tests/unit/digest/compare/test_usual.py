"""What is far from the usual: values worked out by hand, and an independent computation of median and spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compare.usual import far_off, usual_of

COUNTS = st.lists(st.integers(0, 500), min_size=1, max_size=28)


def middle(values: list[float]) -> float:
    """Return the median by counting: the mean of the least and the greatest value that split the others evenly."""
    half = len(values) / 2
    splits = [one for one in values if sum(v < one for v in values) <= half and sum(v > one for v in values) <= half]
    return (min(splits) + max(splits)) / 2


@given(COUNTS)
def test_median_and_spread_are_those_of_an_independent_computation(counts: list[int]) -> None:
    usual = usual_of(counts)
    assert usual.median == middle([float(one) for one in counts])
    assert usual.spread == middle([abs(one - usual.median) for one in counts])


@pytest.mark.parametrize(
    ("count", "counts", "expected"),
    [
        # Median 12, distances 2 1 0 0 1 2 3: MAD 1, and 3 x 1.4826 x 1 = 4.4478.
        (36, (10, 11, 12, 12, 13, 14, 15), 1),
        (24, (10, 11, 12, 12, 13, 14, 15), 1),  # just twice
        (23, (10, 11, 12, 12, 13, 14, 15), 0),  # far beyond the spread, but less than twice
        (6, (10, 11, 12, 12, 13, 14, 15), -1),  # just half
        (7, (10, 11, 12, 12, 13, 14, 15), 0),
        # Median 10, distances 10 5 0 5 10: MAD 5, so that only from 10 + 22.239 on it is far.
        (32, (0, 5, 10, 15, 20), 0),
        (33, (0, 5, 10, 15, 20), 1),
        (2, (1, 1, 1, 1), 0),  # twice, but 1 apart
        (3, (1, 1, 1, 1), 0),
        (4, (1, 1, 1, 1), 1),
        (0, (3, 3, 3), -1),
        (0, (2, 2, 2), 0),
        (3, (0, 0, 0), 1),
        # On two of five nights it comes three times: median and MAD are 0, yet three times is nothing new.
        (3, (0, 3, 0, 3, 0), 0),
        # On one of five: more than on four of five nights.
        (3, (0, 0, 0, 3, 0), 1),
    ],
)
def test_far_off_by_hand(count: int, counts: tuple[int, ...], expected: int) -> None:
    assert far_off(count, usual_of(counts), 2.0) == expected


@given(COUNTS, st.integers(0, 500))
def test_what_is_usual_is_never_far_off_and_far_off_is_a_matter_of_degree(counts: list[int], count: int) -> None:
    usual = usual_of(counts)
    assert far_off(round(usual.median), usual, 2.0) == 0
    verdict = far_off(count, usual, 2.0)
    if verdict == 1:
        assert far_off(count + 1, usual, 2.0) == 1
        assert count >= 2 * usual.median
        assert count >= usual.median + 3
    if verdict == -1:
        assert far_off(max(0, count - 1), usual, 2.0) == -1
        assert count <= usual.median / 2


def test_without_any_night_nothing_is_usual() -> None:
    assert (usual_of([]).median, usual_of([]).spread) == (0.0, 0.0)
