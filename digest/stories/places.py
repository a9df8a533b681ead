"""Groups that share nothing but a place: a node that shows nothing bad itself, or a namespace; pure.

What is tied here are parts of the night (groups that are tied already), each by its first sign at the place, so that a
chain of starts is cut. On one node the first signs have to begin within ``NEAR`` of the earliest. A namespace says
little: there a part follows an earlier one where it begins within ``TOGETHER`` of its first or its loudest sign, both
overlap, and neither fires on for longer than ``LINGER`` after the other, since what does is a lasting condition,
whatever its name. What has followed is followed by nothing.

What came after a rollout of its own follows nothing here. In a namespace others may follow it, also what began shortly
before it but after the rollout, where that is not about a workload of its own: the errors of a service are often told
sooner than the pods that it lacks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.patterns import TOGETHER
from digest.stories.signs import LEVELS, LINGER, NEAR, Place, Sign
from digest.stories.ties import Tie

Part = tuple[Sign, ...]


@dataclass(frozen=True)
class _Local:
    """The signs of a part in one namespace, earliest first, and when the part was rolled out, if shortly before."""

    signs: Part
    rolled_out: tuple[datetime, ...]
    only_followed: bool


def node_ties(parts: Iterable[Part], on_bad_nodes: Collection[int]) -> tuple[Tie, ...]:
    """Return ties between parts that name one node; ``on_bad_nodes`` are the numbers of signs that have their node."""
    leads: dict[tuple[Place, str], list[Sign]] = defaultdict(list)
    for part in parts:
        if not any(sign.number in on_bad_nodes or sign.rollouts for sign in part):
            named = {(sign.place, sign.nodes[0]): sign for sign in reversed(part) if sign.names_node}
            for place, lead in named.items():
                leads[place].append(lead)
    return tuple(tie for (_, node), some in leads.items() for tie in _of_node(node, some))


def namespace_ties(parts: Iterable[Part], on_bad_nodes: Collection[int]) -> tuple[Tie, ...]:
    """Return ties between parts; those with a sign of ``on_bad_nodes`` (numbers) are followed and follow nothing.

    What only the name of a node ties over several namespaces is left alone, or it would tie these to each other.
    """
    by_namespace: dict[tuple[Place, str], list[_Local]] = defaultdict(list)
    for part in parts:
        inside: dict[tuple[Place, str], list[Sign]] = defaultdict(list)
        for sign in part:
            if sign.namespace:
                inside[sign.place, sign.namespace].append(sign)
        rolled_out = tuple(change.at for sign in part for change in sign.rollouts)
        only_followed = any(sign.number in on_bad_nodes for sign in part)
        for place, signs in inside.items() if only_followed or rolled_out or len(inside) == 1 else ():
            by_namespace[place].append(_Local(tuple(signs), rolled_out, only_followed))
    return tuple(tie for some in by_namespace.values() for tie in _of_namespace(some))


def _of_node(node: str, leads: Iterable[Sign]) -> Iterator[Tie]:
    first: Sign | None = None
    for lead in sorted(leads, key=lambda one: one.order):
        if first and lead.start - first.start <= NEAR:
            yield Tie(lead, first, "node", node)
        else:
            first = lead


def _of_namespace(some: Iterable[_Local]) -> Iterator[Tie]:
    """Yield a tie from each part to the earliest sign that it may follow; who follows nobody may be followed."""
    parts = sorted(some, key=lambda part: (not part.only_followed, part.signs[0].order))
    rollouts = [part for part in parts if part.rolled_out]
    followed: list[Sign] = []
    for part in parts:
        first = None if part.only_followed or part.rolled_out else _to_follow(part.signs[0], followed, rollouts)
        if first:
            yield Tie(part.signs[0], first, "namespace", first.namespace)
        else:
            followed += (part.signs[0], min(part.signs, key=_loudness))


def _loudness(sign: Sign) -> tuple[object, ...]:
    return (LEVELS.index(sign.group.level), sign.order)


def _to_follow(sign: Sign, followed: Iterable[Sign], rollouts: Iterable[_Local]) -> Sign | None:
    nameless = not (sign.workload or sign.claim)
    sooner = (part.signs[0] for part in rollouts if nameless and min(part.rolled_out) <= sign.start)
    near = [one for one in (*followed, *sooner) if _began_together(one, sign)]
    return min(near, key=lambda one: one.order, default=None)


def _began_together(one: Sign, other: Sign) -> bool:
    if abs(one.start - other.start) > TOGETHER:
        return False
    overlap = one.start <= other.end and other.start <= one.end
    lasting = one.standing or other.standing or abs(one.end - other.end) > LINGER
    return overlap and not lasting
