"""What each group is about, as far as its labels and the cluster say; pure.

An exporter tells of other things: what it is called itself, where it runs and in which namespace says nothing of them.
"""

import re
from dataclasses import dataclass

from digest.cluster.resolve import namespace_of, resolve
from digest.facts import Group
from digest.resources import EXPORTED, RESOURCE_LABELS

_SERVICES = ("service_name", "service", "app_kubernetes_io_name", "app")
"""Labels that name a service by the name of its workload, where nothing else names one."""
_EXPORTER = re.compile(r"exporter|kube-state-metrics|cadvisor|metrics-server|kubelet")
_OF_NODES = re.compile(r"node.?exporter")
_OF_STATE = re.compile(r"kube-state-metrics")
_OBJECTS = frozenset(RESOURCE_LABELS) - {"node", "instance"}


@dataclass(frozen=True)
class Named:
    """What a group names; what it does not name is empty."""

    workload: str
    """``namespace/name``; also that of a service."""
    claim: str
    """``namespace/name`` of a PersistentVolumeClaim."""
    node: str
    """What all series name as their node."""
    objects: bool
    """Whether it names anything but a node."""
    namespace: str
    """Of what it is about; empty for nodes, whose alerts bear the namespace of an exporter."""


def named_by(group: Group) -> Named:
    """Return what the cluster or else the labels alone say; not the exporter that only tells of something."""
    workload, claim = _workload(group)
    objects = bool(workload or claim) or _names_objects(group)
    node = _node_label(group, own=objects)
    of_node = (node and not objects) or _told_by(group, _OF_NODES)
    return Named(workload, claim, node, objects, "" if of_node else namespace_of(group))


def _workload(group: Group) -> tuple[str, str]:
    """Return a workload or a claim, or neither."""
    found = group.workload or resolve(group, {}, {})
    if found is None or found.kind == "Node" or _is_exporter(found.name, group):
        service = _service(group)
        return (f"{namespace_of(group)}/{service}" if service else "", "")
    name = f"{found.namespace}/{found.name}"
    return ("", name) if found.kind == "PersistentVolumeClaim" else (name, "")


def _names_objects(group: Group) -> bool:
    some = (one.name for kind in group.resources if kind.label in _OBJECTS for one in kind.top)
    return not all(_is_exporter(name, group) for name in some)


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
    """Return the node that all series name: by its label, or as the host of their instance.

    The instance counts where an exporter of nodes tells it, and outside of Kubernetes (no namespace) where no other
    exporter does. Where kube-state-metrics tells of something that is no node, the label may name its own node.
    """
    if own and _told_by(group, _OF_STATE):
        return ""
    a_host = _told_by(group, _OF_NODES) or not (group.namespace or _told_by(group, _EXPORTER))
    return _only(group, "node") or (_host(_only(group, "instance")) if a_host else "")


def _host(instance: str) -> str:
    """Return the host of an instance, which is host:port, or a URL."""
    host = instance.rpartition("://")[2].partition("/")[0]
    return host.rpartition(":")[0] or host


def _only(group: Group, label: str) -> str:
    return next((kind.top[0].name for kind in group.resources if kind.label == label and kind.total == 1), "")


def _told_by(group: Group, form: re.Pattern[str]) -> bool:
    return bool(form.search(dict(group.common_labels).get("job", "")))
