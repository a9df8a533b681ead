"""Nodes: their conditions, and what is near its limit by the metrics server; pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from digest.cluster.answers import NodeAnswer, NodeMetricsAnswer, PodAnswer, PodMetricsAnswer
from digest.cluster.model import NodeCondition, Usage

NEAR_LIMIT_PERCENT = 90
_RESOURCES = ("memory", "cpu")
_KNOWN = {"Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"}
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
_JOINING = dict.fromkeys(_PRESSURES, timedelta(minutes=1)) | {"NetworkUnavailable": timedelta(minutes=10)}
Quantities = Mapping[str, Any]


def conditions_of(answer: NodeAnswer) -> Iterator[NodeCondition]:
    """Yield the conditions that Kubernetes itself keeps; ``Ready`` is bad unless true, the others unless false.

    A node that joins sets all of them: that none of them is bad is no news then, only that the node is ready. The
    network's condition is set by another program, which may have to be fetched first.
    """
    for one in answer.status.conditions or []:
        if one.type in _KNOWN and one.last_transition_time:
            bad = one.status != ("True" if one.type == "Ready" else "False")
            if not bad and _joined(answer, one.type, one.last_transition_time):
                continue
            yield NodeCondition(answer.metadata.name, one.type, one.status, bad, one.reason, one.last_transition_time)


def _joined(answer: NodeAnswer, condition: str, changed: datetime) -> bool:
    created = answer.metadata.creation_timestamp
    return created is not None and changed - created < _JOINING.get(condition, timedelta(0))


def node_usages(metrics: Iterable[NodeMetricsAnswer], allocatable: Mapping[str, Quantities]) -> Iterator[Usage]:
    """Yield the nodes that use nearly all that they can allocate."""
    for one in metrics:
        yield from _near("", one.metadata.name, one.usage, allocatable.get(one.metadata.name, {}))


def pod_usages(
    metrics: Iterable[PodMetricsAnswer], limits: Mapping[tuple[str, str, str], Quantities]
) -> Iterator[Usage]:
    """Yield the pods of which a container is near its limit, each once a resource; limits are by container."""
    for one in metrics:
        meta, worst = one.metadata, dict[str, Usage]()
        for container in one.containers:
            limit = limits.get((meta.namespace, meta.name, container.name), {})
            for usage in _near(meta.namespace, meta.name, container.usage, limit):
                known = worst.get(usage.resource)
                worst[usage.resource] = usage if known is None or usage.percent > known.percent else known
        yield from worst.values()


def limits_of(answer: PodAnswer) -> Iterator[tuple[tuple[str, str, str], Quantities]]:
    """Yield the limits of a pod's containers that have any."""
    for one in answer.spec.containers:
        if one.resources.limits:
            yield (answer.metadata.namespace, answer.metadata.name, one.name), one.resources.limits


def _near(namespace: str, name: str, used: Quantities, limit: Quantities) -> Iterator[Usage]:
    for resource in _RESOURCES:
        most, now = quantity(limit.get(resource)), quantity(used.get(resource))
        if most and now * 100 >= most * NEAR_LIMIT_PERCENT:
            yield Usage(namespace, name, resource, int(now * 100 / most))


def quantity(value: object) -> Decimal:
    """Return a quantity of Kubernetes as a number; 0 for what is none."""
    try:
        return Decimal(parse_quantity(value if value is not None else 0))  # type: ignore[no-untyped-call]
    except ValueError:
        return Decimal(0)
