"""Nodes that were bad for a time, and the groups on them meanwhile; pure.

The bad time of a node is what its own alerts fired and its conditions lasted. A group belongs to it where it began in
that time, or not more than ``NEAR`` before or after. What began in that time does not lengthen it, so that a node
takes in no more than its own bad time explains.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.cluster.context import ConditionChange
from digest.facts import Facts
from digest.stories.signs import NEAR, Place, Sign
from digest.stories.ties import Tie

_FEWEST = 2


@dataclass(frozen=True)
class BadTime:
    """A span in which a node was bad."""

    place: Place
    node: str
    start: datetime
    end: datetime

    def near(self, moment: datetime) -> bool:
        """Say whether a time lies in the span or near it."""
        return self.start - NEAR <= moment <= self.end + NEAR


@dataclass(frozen=True)
class Incident:
    """A bad time with the groups on the node, earliest first."""

    time: BadTime
    signs: tuple[Sign, ...]

    @property
    def first(self) -> Sign:
        """The earliest sign of the node itself, or else the earliest."""
        return next((sign for sign in self.signs if sign.node_level), self.signs[0])

    @property
    def ties(self) -> Iterator[Tie]:
        """What ties the others to the first."""
        return (Tie(sign, self.first, "node", self.time.node) for sign in self.signs if sign is not self.first)


def incidents(signs: Sequence[Sign], conditions: Sequence[BadTime]) -> tuple[Incident, ...]:
    """Return the incidents of nodes with at least two groups; each group is in one at most.

    ``signs`` must be in their order.
    """
    times = _bad_times([*conditions, *(_own_time(sign) for sign in signs if sign.node_level)])
    found: dict[BadTime, list[Sign]] = defaultdict(list)
    for sign in signs:
        if time := _time_of(sign, times):
            found[time].append(sign)
    some = (Incident(time, tuple(inside)) for time, inside in found.items())
    return tuple(one for one in some if len(one.signs) >= _FEWEST)


def conditions_of(facts: Facts) -> tuple[BadTime, ...]:
    """Return how long each condition was bad that the cluster tells; of a node that is gone only the beginning."""
    if facts.context is None:
        return ()
    by_condition: dict[tuple[str, str], list[ConditionChange]] = defaultdict(list)
    for one in sorted(facts.context.node_conditions, key=lambda one: one.since):
        by_condition[one.node, one.condition].append(one)
    return tuple(
        BadTime(place, one.node, one.since, _end(one, later, facts.period.limit))
        for some in by_condition.values()
        for one, later in zip(some, [*some[1:], None], strict=True)
        if one.bad
        for place in sorted(facts.ours)
    )


def _end(one: ConditionChange, later: ConditionChange | None, limit: datetime) -> datetime:
    return later.since if later else max(limit, one.since) if one.present else one.since


def _own_time(sign: Sign) -> BadTime:
    """Return the bad time that an alert of the node tells; a lasting condition only says when it began."""
    return BadTime(sign.place, sign.nodes[0], sign.start, sign.start if sign.standing else sign.bad_until)


def _bad_times(some: Iterable[BadTime]) -> dict[tuple[Place, str], list[BadTime]]:
    """Return the times of each node, in order, with those as one that lie near each other."""
    result: dict[tuple[Place, str], list[BadTime]] = defaultdict(list)
    for time in sorted(some, key=lambda time: (time.start, time.end)):
        known = result[time.place, time.node]
        if known and known[-1].near(time.start):
            last = known.pop()
            time = BadTime(last.place, last.node, last.start, max(last.end, time.end))  # noqa: PLW2901
        known.append(time)
    return result


def _time_of(sign: Sign, times: dict[tuple[Place, str], list[BadTime]]) -> BadTime | None:
    there = (time for node in sign.nodes for time in times.get((sign.place, node), ()))
    return next((time for time in there if time.near(sign.start)), None)
