"""Links between groups that code proposes; the model may only accept or reject them and find the words; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Literal

from digest.facts import Facts, Group

NEAR = timedelta(minutes=15)
"""How far apart two groups may first have fired to be offered as one story."""
MOST_LINKS = 6
LinkKind = Literal["rollout", "same_node", "same_workload", "same_namespace"]
_STRENGTH = ("rollout", "same_workload", "same_node", "same_namespace")


@dataclass(frozen=True)
class Link:
    """A link that may hold: between groups, or of one group to the change shortly before it."""

    kind: LinkKind
    groups: tuple[str, ...]
    subject: str
    """The node, workload or namespace that they share."""
    minutes: int
    """Between the first and the second."""


def candidate_links(facts: Facts) -> tuple[Link, ...]:
    """Return the strongest links first, at most ``MOST_LINKS``; each pair of groups once, by its strongest reason."""
    found = [*_rollouts(facts.groups), *_pairs(facts.groups)]
    best: dict[tuple[str, ...], Link] = {}
    for link in sorted(found, key=lambda one: (_STRENGTH.index(one.kind), one.minutes, one.groups)):
        best.setdefault(link.groups, link)
    return tuple(best.values())[:MOST_LINKS]


def _rollouts(groups: Iterable[Group]) -> Iterator[Link]:
    for group in groups:
        if group.changes and group.workload:
            yield Link("rollout", (group.id,), group.workload.name, group.changes[0].minutes_before)


def _pairs(groups: Iterable[Group]) -> Iterator[Link]:
    """Yield pairs of one source and cluster that share something and first fired near each other."""
    places: dict[tuple[str, str, LinkKind, str], list[Group]] = defaultdict(list)
    for group in groups:
        for kind, subject in _shared(group):
            places[group.source, group.cluster, kind, subject].append(group)
    for (_, _, kind, subject), some in places.items():
        for one, other in combinations(sorted(some, key=lambda group: (group.first_seen, group.id)), 2):
            apart = other.first_seen - one.first_seen
            if apart <= NEAR:
                yield Link(kind, (one.id, other.id), subject, int(apart.total_seconds()) // 60)


def _shared(group: Group) -> Iterator[tuple[LinkKind, str]]:
    for kind in group.resources:
        if kind.label == "node" and kind.total == 1:
            yield "same_node", kind.top[0].name
    if group.workload and group.workload.kind != "Node":
        yield "same_workload", f"{group.workload.namespace}/{group.workload.name}"
    if group.namespace:
        yield "same_namespace", group.namespace
