"""What each group is about, as far as its labels and the cluster say: the signs that stories are made of; pure.

``for`` of the usual rules goes up to 15 minutes, so that one fault is told by alerts that begin a quarter of an hour
apart: https://github.com/kubernetes-monitoring/kubernetes-mixin/tree/master/alerts
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from digest.cluster.context import Change
from digest.cluster.resolve import namespace_of, pods_of, resolve
from digest.facts import Facts, Group, Level, Period
from digest.resources import EXPORTED

NEAR = timedelta(minutes=15)
"""How far apart in time two signs of one fault may be told."""
LINGER = timedelta(hours=1)
"""What began longer than this before the period, or fires on longer than this after another, is a lasting condition."""
LEVELS = get_args(Level)
"""The loudest first."""
_SERVICES = ("service_name", "service", "app_kubernetes_io_name", "app")
"""Labels that name a service by the name of its workload, where nothing else names one."""
_EXPORTER = re.compile(r"exporter|kube-state-metrics|cadvisor|metrics-server|kubelet")
_OF_NODES = re.compile(r"node.?exporter")
_OF_STATE = re.compile(r"kube-state-metrics")

Place = tuple[str, str]
Nodes = Mapping[tuple[Place, str, str], str]


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
    nodes = _known_nodes(facts)
    return tuple(sorted((_sign(group, facts.period, nodes) for group in facts.groups), key=lambda sign: sign.order))


def _known_nodes(facts: Facts) -> Nodes:
    """Return where the pods ran of which the cluster tells, by place, namespace and name."""
    pods = facts.context.problematic_pods if facts.context else ()
    ours = facts.ours
    return {(place, pod.namespace, pod.name): pod.node for place in ours for pod in pods if pod.node}


def _sign(group: Group, period: Period, known: Nodes) -> Sign:
    place, named = (group.source, group.cluster), _named(group)
    node = _node_label(group, own=bool(named.workload or named.claim))
    node_level = bool(node) and not (named.workload or named.claim)
    began = max(group.first_seen, period.start)
    return Sign(
        group,
        int(group.id[1:]),
        place,
        "" if node_level or _told_by(group, _OF_NODES) else namespace_of(group),
        named.workload,
        named.claim,
        (node,) if node else _running_on(group, place, known),
        bool(node),
        node_level,
        group.first_seen < period.start - LINGER,
        max(group.first_seen, min(group.last_seen, began + timedelta(seconds=group.firing_seconds))),
    )


@dataclass(frozen=True)
class _Named:
    """What is not a node: ``namespace/name`` of a workload or a claim, or neither."""

    workload: str = ""
    claim: str = ""


def _named(group: Group) -> _Named:
    """Return what the cluster or else the labels alone say; not the exporter that only tells of something."""
    found = group.workload or resolve(group, {}, {})
    if found is None or found.kind == "Node" or _is_exporter(found.name, group):
        service = _service(group)
        return _Named(f"{namespace_of(group)}/{service}" if service else "")
    name = f"{found.namespace}/{found.name}"
    return _Named(claim=name) if found.kind == "PersistentVolumeClaim" else _Named(name)


def _is_exporter(name: str, group: Group) -> bool:
    job = dict(group.common_labels).get("job", "")
    return bool(job) and job in name and _told_by(group, _EXPORTER)


def _service(group: Group) -> str:
    labels = dict(group.common_labels)
    if _told_by(group, _EXPORTER):
        return ""
    found = (labels.get(f"{EXPORTED}{label}") or labels.get(label, "") for label in _SERVICES)
    return next((name for name in found if name and not _EXPORTER.search(name)), "")


def _node_label(group: Group, *, own: bool) -> str:
    """Return the node that all series name; an exporter of nodes names it as its instance.

    Where kube-state-metrics tells of something that is no node, the label may name the node that it runs on itself.
    """
    if own and _told_by(group, _OF_STATE):
        return ""
    return _only(group, "node") or (_only(group, "instance").partition(":")[0] if _told_by(group, _OF_NODES) else "")


def _only(group: Group, label: str) -> str:
    return next((kind.top[0].name for kind in group.resources if kind.label == label and kind.total == 1), "")


def _told_by(group: Group, form: re.Pattern[str]) -> bool:
    return bool(form.search(dict(group.common_labels).get("job", "")))


def _running_on(group: Group, place: Place, known: Nodes) -> tuple[str, ...]:
    pods = ((place, *pod) for pod in pods_of(group))
    counts = Counter(known[pod] for pod in pods if pod in known)
    half = sum(counts.values()) / 2
    most = (node for node, number in counts.items() if number >= half)
    return tuple(sorted(most, key=lambda node: (-counts[node], node)))
