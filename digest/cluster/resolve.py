"""From the labels of a group to the one workload that it is about; pure.

Label names: https://github.com/kubernetes/kube-state-metrics/tree/main/docs (``pod``, ``deployment`` …) and the
recording rules of kubernetes-mixin (``workload``, ``workload_type``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from digest.cluster.model import FailedJob, Pod, Workload
from digest.cluster.owners import guess, job_owner
from digest.facts import Group
from digest.resources import EXPORTED

_WORKLOADS = {"deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
_TYPES = _WORKLOADS | {"job": "Job", "cronjob": "CronJob"}
_EXPORTER = re.compile(r"exporter|kube-state-metrics|cadvisor|prometheus|metrics-server")
Pods = Mapping[tuple[str, str], Pod]
Jobs = Mapping[tuple[str, str], FailedJob]


def namespace_of(group: Group) -> str:
    """Return the namespace of the objects that a group is about, not of the exporter that tells of them."""
    return dict(group.common_labels).get(f"{EXPORTED}namespace", group.namespace)


def pods_of(group: Group) -> list[tuple[str, str]]:
    """Return namespace and name of the pods that a group names, as far as the facts list them."""
    return [(namespace_of(group), name) for name in _names(group, "pod")]


def resolve(group: Group, pods: Pods, jobs: Jobs) -> Workload | None:
    """Return what a group is about; None where its series name several things or none.

    An exporter's own pod, which bears the name of its scrape job, counts only where nothing else is named.
    """
    job, named = dict(group.common_labels).get("job", ""), pods_of(group)
    others = [pod for pod in named if not (_EXPORTER.search(job) and pod[1].startswith(f"{job}-"))]
    candidates = (
        _labelled(group),
        _one([_of_pod(pod, pods) for pod in others], whole=len(others) == _total(group, "pod")),
        _of_job(group, jobs),
        _object(group, "persistentvolumeclaim", "PersistentVolumeClaim", namespace_of(group)),
        _object(group, "node", "Node", ""),
        _one([_of_pod(pod, pods) for pod in named], whole=len(named) == _total(group, "pod")),
    )
    return next((one for one in candidates if one), None)


def _labelled(group: Group) -> Workload | None:
    labels, namespace = dict(group.common_labels), namespace_of(group)
    for label, kind in _WORKLOADS.items():
        if found := _object(group, label, kind, namespace):
            return found
    kind = _TYPES.get(labels.get("workload_type", "").lower(), "")
    name = labels.get("workload", "")
    if not kind and "cronjob" in labels:
        kind, name = "CronJob", labels["cronjob"]
    return Workload(kind, namespace, name) if kind and name else None


def _of_job(group: Group, jobs: Jobs) -> Workload | None:
    namespace, names = namespace_of(group), list(_names(group, "job_name"))
    known = [jobs.get((namespace, name)) for name in names]
    owners = [job.workload if job else job_owner(namespace, name) for job, name in zip(known, names, strict=True)]
    return _one(owners, whole=len(names) == _total(group, "job_name"))


def _of_pod(pod: tuple[str, str], pods: Pods) -> Workload | None:
    known = pods.get(pod)
    return known.workload if known else guess(*pod)


def _one(found: Iterable[Workload | None], *, whole: bool) -> Workload | None:
    """Return the workload that all agree on; a guess where one of them was, or where not all were looked at."""
    some = list(found)
    if not some or any(one is None for one in some):
        return None
    different = {replace(one, guessed=False) for one in some if one}
    if len(different) != 1:
        return None
    return replace(different.pop(), guessed=not whole or any(one.guessed for one in some if one))


def _object(group: Group, label: str, kind: str, namespace: str) -> Workload | None:
    names = list(_names(group, label))
    return Workload(kind, namespace, names[0]) if len(names) == 1 == _total(group, label) else None


def _names(group: Group, label: str) -> Iterator[str]:
    for kind in group.resources:
        if kind.label == label:
            yield from (one.name for one in kind.top)


def _total(group: Group, label: str) -> int:
    return next((kind.total for kind in group.resources if kind.label == label), 0)
