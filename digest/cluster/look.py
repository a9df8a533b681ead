"""One look at the cluster: every list in parallel under one deadline; what does not come is named."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from threading import Thread
from typing import Any

from digest.cluster import rights
from digest.cluster.answers import (
    ClaimAnswer,
    EventAnswer,
    JobAnswer,
    NodeAnswer,
    NodeMetricsAnswer,
    PodAnswer,
    PodMetricsAnswer,
    RevisionAnswer,
    WorkloadAnswer,
)
from digest.cluster.api import Api, UnavailableError
from digest.cluster.events import event_of, failed_job_of, unbound_claim_of
from digest.cluster.model import Missing, Observation, Observed, Usage, Workload
from digest.cluster.nodes import conditions_of, limits_of, node_usages, pod_usages
from digest.cluster.owners import owner_of
from digest.cluster.pods import Owners, pod_of, terminations_of
from digest.cluster.rights import Right
from digest.cluster.settings import ClusterSettings
from digest.cluster.workloads import deployment_rollouts, replica_counts, revision_rollouts

_KINDS: dict[Right, type[Any]] = {
    rights.PODS: PodAnswer,
    rights.EVENTS: EventAnswer,
    rights.NODES: NodeAnswer,
    rights.CLAIMS: ClaimAnswer,
    rights.DEPLOYMENTS: WorkloadAnswer,
    rights.REPLICA_SETS: WorkloadAnswer,
    rights.STATEFUL_SETS: WorkloadAnswer,
    rights.DAEMON_SETS: WorkloadAnswer,
    rights.REVISIONS: RevisionAnswer,
    rights.JOBS: JobAnswer,
    rights.POD_METRICS: PodMetricsAnswer,
    rights.NODE_METRICS: NodeMetricsAnswer,
}


@dataclass
class _Listing:
    """A list that a thread of its own fills; ``reason`` says what it lacks once that is known."""

    right: Right
    items: list[Any] = field(default_factory=list)
    reason: str = "no answer in time"

    def fill(self, api: Api, namespaces: Iterable[str], keep: Callable[[Any], Iterable[Any]]) -> None:
        try:
            for namespace in namespaces:
                for item in api.items(self.right, namespace, _KINDS[self.right]):
                    self.items.extend(keep(item))
        except UnavailableError as error:
            self.reason = str(error)
        except Exception as error:  # noqa: BLE001 - one list must not cost the others
            self.reason = f"it could not be read ({type(error).__name__})"
        else:
            self.reason = ""


def look(api: Api, settings: ClusterSettings, command: str, since: datetime, now: datetime) -> Observed:
    """Return what a command (``run`` or ``snapshot``) asks for; what happened before ``since`` is left out."""
    asked = list(rights.rights(command, namespaced=bool(settings.namespaces), metrics=settings.metrics))
    lists = _listed(api, settings, asked, since)
    found = {right: listing.items for right, listing in lists.items()}
    owners = _owners(found)
    return Observed(
        now,
        tuple(_observations(found, owners, since, now)),
        tuple(found.get(rights.CLAIMS, ())),
        tuple(_usages(found)),
        tuple(_missing(lists.values())),
    )


def _listed(api: Api, settings: ClusterSettings, asked: list[Right], since: datetime) -> dict[Right, _Listing]:
    reduced: dict[Right, Callable[[Any], Iterable[Any]]] = {
        rights.EVENTS: lambda item: event_of(item, since),
        rights.CLAIMS: unbound_claim_of,
    }
    lists = {right: _Listing(right) for right in asked}
    threads = []
    for right, listing in lists.items():
        keep = reduced.get(right, lambda item: (item,))
        # Threads that nobody waits for at the end: a server that sends a byte now and then would hold the process.
        threads.append(Thread(target=listing.fill, args=(api, settings.namespaces or ("",), keep), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(max(0.0, api.left()))
    return {right: _Listing(right, list(listing.items), listing.reason) for right, listing in lists.items()}


def _missing(lists: Iterable[_Listing]) -> Iterator[Missing]:
    for listing in lists:
        if listing.reason:
            part = f"{len(listing.items):,} were read, then " if listing.items else ""
            yield Missing(listing.right.piece, part + listing.reason)


def _owners(found: dict[Right, list[Any]]) -> Owners:
    """Return who owns each ReplicaSet and Job that is owned at all."""
    owners: dict[tuple[str, str, str], Workload] = {}
    for kind, right in (("ReplicaSet", rights.REPLICA_SETS), ("Job", rights.JOBS)):
        for one in found.get(right, ()):
            owners[kind, one.metadata.namespace, one.metadata.name] = owner_of(one.metadata, {}, kind)
    return owners


def _observations(
    found: dict[Right, list[Any]], owners: Owners, since: datetime, now: datetime
) -> Iterator[Observation]:
    def of(right: Right) -> list[Any]:
        return found.get(right, [])

    yield from (pod_of(one, owners, now) for one in of(rights.PODS))
    yield from chain.from_iterable(terminations_of(one, owners, since) for one in of(rights.PODS))
    yield from deployment_rollouts(of(rights.DEPLOYMENTS), of(rights.REPLICA_SETS), since)
    yield from revision_rollouts(of(rights.REVISIONS), since)
    for kind, right in (("Deployment", rights.DEPLOYMENTS), ("StatefulSet", rights.STATEFUL_SETS)):
        yield from replica_counts(kind, of(right), now)
    yield from of(rights.EVENTS)
    yield from chain.from_iterable(conditions_of(one) for one in of(rights.NODES))
    yield from chain.from_iterable(failed_job_of(one, owners, since) for one in of(rights.JOBS))


def _usages(found: dict[Right, list[Any]]) -> Iterator[Usage]:
    allocatable = {one.metadata.name: one.status.allocatable or {} for one in found.get(rights.NODES, ())}
    limits = dict(chain.from_iterable(limits_of(one) for one in found.get(rights.PODS, ())))
    yield from node_usages(found.get(rights.NODE_METRICS, ()), allocatable)
    yield from pod_usages(found.get(rights.POD_METRICS, ()), limits)
