"""Objects in the form in which an API server gives them, with the fields of a real one that matter or could disturb."""

from datetime import datetime, timedelta
from typing import Any

Object = dict[str, Any]


def iso(moment: datetime) -> str:
    """Return a time as the API writes it."""
    return moment.isoformat().replace("+00:00", "Z")


def metadata(name: str, namespace: str, at: datetime, owner: tuple[str, str] | None = None, **notes: str) -> Object:
    """Return metadata; an owner is a kind and a name."""
    found: Object = {
        "name": name,
        "namespace": namespace,
        "uid": f"uid-{namespace}-{name}",
        "creationTimestamp": iso(at),
        "labels": {"app": name},
        "annotations": {key.replace("__", "/"): value for key, value in notes.items()},
        "managedFields": [{"manager": "kubectl", "operation": "Update", "fieldsV1": {"f:spec": {}}}],
    }
    if owner:
        found["ownerReferences"] = [
            {"apiVersion": "v1", "kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}
        ]
    return found


def pod(name: str, namespace: str, at: datetime, owner: tuple[str, str] | None = None, **container: Any) -> Object:  # noqa: ANN401
    """Return a running pod with one container, whose status the keywords change."""
    status = {
        "name": "main",
        "ready": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": iso(at)}},
    } | container
    return {
        "metadata": metadata(name, namespace, at, owner),
        "spec": {
            "nodeName": "node-1",
            "containers": [
                {"name": "main", "image": "app:1", "resources": {"limits": {"memory": "100Mi", "cpu": "1"}}}
            ],
        },
        "status": {
            "phase": "Running",
            "containerStatuses": [status],
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def ended(at: datetime, reason: str = "OOMKilled", code: int = 137) -> Object:
    """Return the state of a container that ended."""
    return {"terminated": {"exitCode": code, "reason": reason, "startedAt": iso(at), "finishedAt": iso(at)}}


def deployment(
    name: str, namespace: str, at: datetime, replicas: int = 3, moved: datetime | None = None, revision: int = 1
) -> Object:
    """Return a Deployment at a revision; ``moved`` is when its rollout last progressed."""
    return {
        "metadata": metadata(name, namespace, at, None, **{"deployment.kubernetes.io__revision": str(revision)}),
        "spec": {"replicas": replicas, "template": {"spec": {"containers": [{"name": "main", "image": "app:1"}]}}},
        "status": {"conditions": [{"type": "Progressing", "status": "True", "lastUpdateTime": iso(moved or at)}]},
    }


def replica_set(
    name: str, namespace: str, at: datetime, owner: str, revision: int, image: str, history: str = ""
) -> Object:
    """Return a ReplicaSet of a Deployment."""
    notes = {"deployment.kubernetes.io__revision": str(revision)}
    notes |= {"deployment.kubernetes.io__revision-history": history} if history else {}
    return {
        "metadata": metadata(name, namespace, at, ("Deployment", owner), **notes),
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "main", "image": image}]}}},
    }


def revision(name: str, namespace: str, at: datetime, owner: tuple[str, str], number: int, image: str) -> Object:
    """Return a ControllerRevision of a StatefulSet or DaemonSet."""
    template = {"spec": {"containers": [{"name": "main", "image": image}]}}
    return {
        "metadata": metadata(name, namespace, at, owner),
        "revision": number,
        "data": {"spec": {"template": template}},
    }


def event(
    name: str,
    namespace: str,
    about: tuple[str, str],
    reason: str,
    first: datetime,
    last: datetime,
    count: int = 1,
) -> Object:
    """Return a Warning event of the older API."""
    return {
        "metadata": metadata(name, namespace, first),
        "type": "Warning",
        "reason": reason,
        "message": f"{reason} of\n{about[1]}",
        "involvedObject": {"kind": about[0], "name": about[1], "namespace": namespace},
        "count": count,
        "firstTimestamp": iso(first),
        "lastTimestamp": iso(last),
        "eventTime": None,
        "series": None,
    }


def node(name: str, at: datetime, *, ready: bool = True, memory: str = "8Gi") -> Object:
    """Return a node whose conditions have been so since a time, a day after it joined."""
    conditions = [
        {"type": "Ready", "status": "True" if ready else "False", "reason": "Kubelet", "lastTransitionTime": iso(at)},
        {
            "type": "MemoryPressure",
            "status": "False",
            "reason": "KubeletHasSufficientMemory",
            "lastTransitionTime": iso(at),
        },
    ]
    return {
        "metadata": metadata(name, "", at - timedelta(days=1)),
        "status": {
            "conditions": conditions,
            "allocatable": {"memory": memory, "cpu": "4"},
            "images": [{"names": ["x"]}],
        },
    }


def job(
    name: str,
    namespace: str,
    at: datetime,
    owner: tuple[str, str] | None = None,
    *,
    failed: bool = False,
    **notes: str,
) -> Object:
    """Return a Job, which may have failed."""
    over = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "lastTransitionTime": iso(at)}
    return {
        "metadata": metadata(name, namespace, at, owner, **notes),
        "status": {"conditions": [over] if failed else None},
    }


def claim(name: str, namespace: str, at: datetime, phase: str = "Pending") -> Object:
    """Return a PersistentVolumeClaim."""
    return {"metadata": metadata(name, namespace, at), "status": {"phase": phase}}
