"""Where pods were: every node that a pod of that name was seen on, now or in the night; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from digest.cluster.model import Observation, Pod, Termination
from digest.cluster.resolve import pods_of
from digest.facts import Group

Places = Mapping[tuple[str, str], set[str]]


def places(observations: Iterable[Observation]) -> Places:
    """Return the nodes of each pod, by namespace and name; a pod of a StatefulSet may have been on several."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in observations:
        if isinstance(one, Pod) and one.node:
            found[one.namespace, one.name].add(one.node)
        elif isinstance(one, Termination) and one.node:
            found[one.namespace, one.pod].add(one.node)
    return dict(found)


def nodes_of(group: Group, known: Places) -> tuple[str, ...]:
    """Return the nodes that at least half of a group's pods were on, of those of which it is known; most pods first."""
    pods = [known[pod] for pod in pods_of(group) if pod in known]
    counts = Counter(node for nodes in pods for node in nodes)
    most = (node for node, number in counts.items() if 2 * number >= len(pods))
    return tuple(sorted(most, key=lambda node: (-counts[node], node)))
