"""Which rules begin together at the same places, so that one of them is enough; pure.

The cost is bounded: firings times the rules at their place, and a place with more than ``MOST_RULES`` is left out (so
much fires there that it says nothing about any two of them).
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

TOGETHER = 120
"""Seconds within which two firings begin together."""
MOST_RULES = 100


@dataclass(frozen=True)
class Place:
    """The firings at one place: the numbers of their rules, and their starts in ascending seconds since 1970."""

    rules: Sequence[int]
    starts: Sequence[int]


@dataclass(frozen=True)
class Meetings:
    """How often rules met, by the numbers of two rules."""

    met: Mapping[tuple[int, int], int]
    """Firings of the first that begin within two minutes, before or after, of one of the second at the same place."""
    near: Mapping[tuple[int, int], int]
    """All firings of the first at places where the second fires too."""


def meetings(places: Iterable[Place]) -> Meetings:
    """Return how often any two rules met; the places are taken one by one."""
    met: Counter[tuple[int, int]] = Counter()
    near: Counter[tuple[int, int]] = Counter()
    for place in places:
        counts = Counter(place.rules)
        if len(counts) > MOST_RULES:
            continue
        for rule, number in counts.items():
            for other in counts:
                if other != rule:
                    near[rule, other] += number
        _meet(place, met)
    return Meetings(met, near)


def _meet(place: Place, met: Counter[tuple[int, int]]) -> None:
    """Count the meetings of one place, with a window that moves over its firings."""
    present: Counter[int] = Counter()
    window: deque[tuple[int, int]] = deque()
    ahead = 0
    for rule, start in zip(place.rules, place.starts, strict=True):
        while ahead < len(place.starts) and place.starts[ahead] <= start + TOGETHER:
            window.append((place.starts[ahead], place.rules[ahead]))
            present[place.rules[ahead]] += 1
            ahead += 1
        while window[0][0] < start - TOGETHER:
            _forget(present, window.popleft()[1])
        for other in present:
            if other != rule:
                met[rule, other] += 1


def _forget(present: Counter[int], rule: int) -> None:
    present[rule] -= 1
    if not present[rule]:
        del present[rule]
