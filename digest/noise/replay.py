"""Replay the firings of a rule under a longer ``for`` or under a ``keep_firing_for``; pure.

Prometheus tells a firing from the evaluation at which ``for`` was over to the first one at which the expression is no
longer true (``FiredAt``, ``ResolvedAt`` in https://github.com/prometheus/prometheus/blob/main/rules/alerting.go). What
``for`` is now is not told, and need not be known: the stored durations come after it.

- Under a ``for`` longer by X a firing of duration d is left if and only if d > X.
- Under ``keep_firing_for: X`` two firings of a series become one if and only if the gap between them is at most X. With
  a ``for`` the expression is true again before the next firing begins, so that more may be joined than is said here.

A firing whose end was not told (it still fires, or its resolve was lost) is never said to be removed by a ``for``.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

from digest.noise.model import Proposal

LADDER = (60, 120, 300, 600, 900, 1800)
"""The durations that are tried, in seconds."""
ENOUGH_OF_BEST, ENOUGH = 0.8, 0.5
"""A rung is proposed if it removes this part of what the last rung removes, and this part of all firings."""
LONG = 3600
"""Seconds; a firing longer than this must not come later unsaid."""
_NONE = (0,) * len(LADDER)


@dataclass(frozen=True)
class Series:
    """The firings of one series in the order of time, apart from each other; times are whole seconds since 1970.

    ``cleared`` says of each whether its end was told; else ``ends`` has the last time at which it was known to fire.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    cleared: Sequence[int]


@dataclass(frozen=True)
class Replayed:
    """What each rung of the ladder would have removed of how many firings."""

    firings: int = 0
    hidden: tuple[int, ...] = _NONE
    """Firings that a ``for`` longer by the rung removes."""
    bridged: tuple[int, ...] = _NONE
    """Firings that ``keep_firing_for`` of the rung joins to the one before."""
    long: int = 0
    """Firings longer than an hour."""

    def __add__(self, other: "Replayed") -> "Replayed":
        """Return the sums: what is true of several series together."""
        return Replayed(
            self.firings + other.firings,
            tuple(map(add, self.hidden, other.hidden)),
            tuple(map(add, self.bridged, other.bridged)),
            self.long + other.long,
        )


def replay(one: Series) -> Replayed:
    """Return what each rung would have done to one series."""
    lengths = [end - start for start, end in zip(one.starts, one.ends, strict=True)]
    ended = [length for length, cleared in zip(lengths, one.cleared, strict=True) if cleared]
    gaps = [start - end for start, end in zip(one.starts[1:], one.ends, strict=False)]
    return Replayed(len(lengths), _at_most(ended), _at_most(gaps), sum(length > LONG for length in lengths))


def propose_for(replayed: Replayed) -> Proposal | None:
    """Return the least ``for`` that is enough (``best_rung``), with how many long firings it would delay."""
    rung = best_rung(replayed.hidden, replayed.firings)
    if rung is None:
        return None
    left = replayed.firings - replayed.hidden[rung]
    return Proposal("for", replayed.firings, left, LADDER[rung], later=replayed.long)


def propose_keep(replayed: Replayed) -> Proposal | None:
    """Return the least ``keep_firing_for`` that is enough (``best_rung``)."""
    rung = best_rung(replayed.bridged, replayed.firings)
    if rung is None:
        return None
    return Proposal("keep_firing_for", replayed.firings, replayed.firings - replayed.bridged[rung], LADDER[rung])


def best_rung(removed: Sequence[int], firings: int) -> int | None:
    """Return the first rung that removes at least 80 % of what the last one does, and at least half of all firings."""
    needed = max(ENOUGH_OF_BEST * removed[-1], ENOUGH * firings)
    return next((rung for rung, number in enumerate(removed) if firings and number >= needed), None)


def _at_most(values: Sequence[int]) -> tuple[int, ...]:
    """Return for each rung how many values are no greater."""
    if not values:
        return _NONE
    counts = [0] * (len(LADDER) + 1)
    for value in values:
        counts[bisect_left(LADDER, value)] += 1
    return tuple(accumulate(counts[:-1]))
