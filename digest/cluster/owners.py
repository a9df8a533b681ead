"""Who owns what: from pods and labels to the workload that an engineer would open; pure.

The form of generated names: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go (the letters
of a random suffix leave out vowels, so that no word appears).
"""

import re
from collections.abc import Mapping

from digest.cluster.answers import Metadata
from digest.cluster.model import Workload

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_OF_REPLICA_SET = re.compile(rf"^(?P<name>.+)-[{_LETTERS}]{{6,10}}-[{_LETTERS}]{{5}}$")
_OF_CRON_JOB = re.compile(rf"^(?P<name>.+)-\d{{8,}}(-[{_LETTERS}]{{5}})?$")
_OF_STATEFUL_SET = re.compile(r"^(?P<name>.+)-\d{1,4}$")
_RANDOM = re.compile(rf"^(?P<name>.+)-[{_LETTERS}]{{5}}$")
_REPLICA_SET = re.compile(rf"^(?P<name>.+)-[{_LETTERS}]{{6,10}}$")


def owner_of(metadata: Metadata, above: Mapping[tuple[str, str, str], Workload], kind: str) -> Workload:
    """Return the topmost owner of an object; ``above`` has the owners of ReplicaSets and Jobs by kind and name.

    An object without an owner stands for itself, as ``kind``.
    """
    owner = metadata.controller
    if owner is None:
        return Workload(kind, metadata.namespace, metadata.name)
    known = above.get((owner.kind, metadata.namespace, owner.name))
    return known or _without_middle(owner.kind, metadata.namespace, owner.name)


def _without_middle(kind: str, namespace: str, name: str) -> Workload:
    """Name the Deployment of a ReplicaSet that is gone or may not be listed, by the form of its name."""
    match = _REPLICA_SET.match(name) if kind == "ReplicaSet" else None
    return Workload("Deployment", namespace, match["name"], guessed=True) if match else Workload(kind, namespace, name)


def guess(namespace: str, pod: str) -> Workload | None:
    """Return the workload that a pod of that name most likely has; None where the name has no known form."""
    for kind, form in (("CronJob", _OF_CRON_JOB), ("Deployment", _OF_REPLICA_SET), ("StatefulSet", _OF_STATEFUL_SET)):
        if match := form.match(pod):
            return Workload(kind, namespace, match["name"], guessed=True)
    match = _RANDOM.match(pod)
    return Workload("DaemonSet", namespace, match["name"], guessed=True) if match else None


def job_owner(namespace: str, job: str) -> Workload:
    """Return the CronJob whose Jobs have names of that form, or the Job itself."""
    match = _OF_CRON_JOB.match(job)
    return Workload("CronJob", namespace, match["name"], guessed=True) if match else Workload("Job", namespace, job)
