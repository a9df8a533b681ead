"""Why something in a namespace is not as it should be, in lines that a person can act on."""

from collections.abc import Iterator

from tests.cluster.cluster import Cluster, Object

_TAIL = 5
_LONGEST = 400


def diagnose(cluster: Cluster, namespace: str) -> list[str]:
    """Return a line for each pod that may not be made, is not ready, or has failed, and for each failed container."""
    found = [*_refused(cluster, namespace), *_unready(cluster, namespace), *_warnings(cluster, namespace)]
    return [line[:_LONGEST] for line in dict.fromkeys(found)]


def _refused(cluster: Cluster, namespace: str) -> Iterator[str]:
    for one in cluster.get("-n", namespace, "deployments,replicasets,statefulsets,jobs"):
        for condition in one.get("status", {}).get("conditions", []):
            if condition["type"] in {"ReplicaFailure", "Failed", "FailureTarget"} and condition["status"] == "True":
                yield f"{one['kind']} {one['metadata']['name']}: {condition.get('message', condition.get('reason'))}"


def _unready(cluster: Cluster, namespace: str) -> Iterator[str]:
    for pod in cluster.get("-n", namespace, "pods"):
        name, status = pod["metadata"]["name"], pod["status"]
        for condition in status.get("conditions", []):
            if condition["type"] == "PodScheduled" and condition["status"] == "False":
                yield f"Pod {name}: {condition.get('message')}"
        for container in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
            if not container["ready"] and status["phase"] != "Succeeded":
                yield f"Pod {name}, {container['name']}: {_state(container)}"
                yield from _log(cluster, namespace, name, container["name"])


def _state(container: Object) -> str:
    (kind, state), *_ = container["state"].items() or [("unknown", {})]
    last = container.get("lastState", {}).get("terminated", {})
    ended = f", before with exit code {last['exitCode']} ({last.get('reason')})" if last else ""
    return f"{kind} {state.get('reason', '')} {state.get('message', '')}{ended}"


def _log(cluster: Cluster, namespace: str, pod: str, container: str) -> Iterator[str]:
    done = cluster.run("kubectl", "-n", namespace, "logs", pod, "-c", container, f"--tail={_TAIL}")
    yield from (f"  {line}" for line in done.stdout.splitlines())


def _warnings(cluster: Cluster, namespace: str) -> Iterator[str]:
    for event in cluster.get("-n", namespace, "events"):
        if event["type"] == "Warning":
            about = event["involvedObject"]
            yield f"{about['kind']} {about['name']}: {event['reason']}: {event['message']}"
