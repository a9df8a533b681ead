"""What is usual, and what is far from it: median and spread, which one wild night does not move; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SPREADS = 3 * 1.4826
"""So many MADs from the median begins what is far off: three standard deviations, were the counts normal
(https://en.wikipedia.org/wiki/Median_absolute_deviation#Relation_to_standard_deviation)."""
RARE_SHARE = 0.75
"""What is far off is also beyond this share of the nights. Where most nights have none, median and MAD are 0, and a
group of every third night would otherwise be worse each time it comes."""
LEAST_APART = 3
"""1 instead of 2 is nothing."""


@dataclass(frozen=True)
class Usual:
    """The counts of the comparable nights, with their median and MAD (both 0 without any night)."""

    counts: tuple[int, ...]
    median: float
    spread: float


def usual_of(counts: Sequence[int]) -> Usual:
    """Return what is usual in the counts of some nights."""
    if not counts:
        return Usual((), 0.0, 0.0)
    middle = median(counts)
    return Usual(tuple(counts), float(middle), float(median(abs(count - middle) for count in counts)))


def far_off(count: int, usual: Usual, factor: float) -> int:
    """Return 1 for far more than usual, -1 for far less, else 0.

    Far is: beyond ``SPREADS`` MADs, at least ``factor`` times as much or as little as the median, at least
    ``LEAST_APART`` from it, and beyond ``RARE_SHARE`` of the nights.
    """
    apart = abs(count - usual.median)
    if apart <= SPREADS * usual.spread or apart < LEAST_APART:
        return 0
    more = count > usual.median
    enough = count >= factor * usual.median if more else count * factor <= usual.median
    beyond = sum(one < count if more else one > count for one in usual.counts)
    return (1 if more else -1) if enough and beyond >= RARE_SHARE * len(usual.counts) else 0
