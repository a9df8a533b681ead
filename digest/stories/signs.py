"""The signs that stories are made of: groups with what they share and when they were bad; pure.

``for`` of most of the usual rules is 15 minutes or less, so that one fault is told by alerts that begin up to a quarter
of an hour apart: https://github.com/kubernetes-monitoring/kubernetes-mixin/tree/master/alerts
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from digest.cluster.context import Change
from digest.facts import Facts, Group, Level, Period
from digest.stories.subjects import named_by

NEAR = timedelta(minutes=15)
"""How far apart in time two signs of one fault may be told."""
LINGER = timedelta(hours=1)
"""What began longer than this before the period, or fires on longer than this after another, is a lasting condition."""
LEVELS = get_args(Level)
"""The loudest first."""

Place = tuple[str, str]


@dataclass(frozen=True)
class Sign:
    """A group, and what it shares with others; what it does not name is empty."""

    group: Group
    number: int
    """The place of the group in the order of importance, from 1."""
    place: Place
    """Source and cluster: nothing is shared across them."""
    namespace: str
    """Of what it is about; empty for nodes, whose alerts bear the namespace of an exporter."""
    workload: str
    """``namespace/name``; also that of a service."""
    claim: str
    """``namespace/name`` of a PersistentVolumeClaim that all its series name."""
    nodes: tuple[str, ...]
    """Where it is: the node that all its series name, or else those on which at least half of its known pods run."""
    names_node: bool
    """Whether its labels name that node."""
    node_level: bool
    """Whether it is about the node itself."""
    standing: bool
    """Whether it began long before the period."""
    bad_until: datetime
    """Its end; where it came and went only as long after the start as it fired in all."""

    @property
    def start(self) -> datetime:
        """The first firing."""
        return self.group.first_seen

    @property
    def end(self) -> datetime:
        """The last end."""
        return self.group.last_seen

    @property
    def rollouts(self) -> tuple[Change, ...]:
        """What was rolled out of its workload shortly before; a change of replicas is none."""
        return tuple(change for change in self.group.changes if change.kind != "scaling")

    @property
    def order(self) -> tuple[object, ...]:
        """Earliest first; what makes a group decides between those of one second, whatever their ids."""
        group = self.group
        return (self.start, group.alertname, group.severity, group.namespace, self.place, self.number)


def signs_of(facts: Facts) -> tuple[Sign, ...]:
    """Return the sign of each group, earliest first."""
    return tuple(sorted((_sign(group, facts.period) for group in facts.groups), key=lambda sign: sign.order))


def _sign(group: Group, period: Period) -> Sign:
    named = named_by(group)
    node_level = bool(named.node) and not named.objects
    began = max(group.first_seen, period.start)
    return Sign(
        group,
        int(group.id[1:]),
        (group.source, group.cluster),
        named.namespace,
        named.workload,
        named.claim,
        (named.node,) if named.node else group.nodes,
        bool(named.node),
        node_level,
        group.first_seen < period.start - LINGER,
        max(group.first_seen, min(group.last_seen, began + timedelta(seconds=group.firing_seconds))),
    )
