"""One look at the cluster: every list in parallel under one deadline; what does not come is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from threading import Thread
from typing import Any, TypeVar

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

T = TypeVar("T")
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
        reasons = []
        for namespace in namespaces:
            try:
                for item in api.items(self.right, namespace, _KINDS[self.right]):
                    self.items.extend(keep(item))
            except UnavailableError as error:
                reasons.append(f"{error} in {namespace}" if namespace else str(error))
            except Exception as error:  # noqa: BLE001 - one list must not cost the others
                reasons.append(f"it could not be read ({type(error).__name__})")
        self.reason = "; ".join(reasons)


def look(api: Api, settings: ClusterSettings, command: str, since: datetime, now: datetime) -> Observed:
    """Return what a command (``run`` or ``snapshot``) asks for; what happened before ``since`` is left out."""
    asked = list(rights.rights(command, namespaced=bool(settings.namespaces), metrics=settings.metrics))
    lists = _listed(api, settings, asked, since)
    found = {right: listing.items for right, listing in lists.items()}
    observations, failed = _guarded(_producers(found, _owners(found), since, now))
    usages, unread = _guarded({"usage": lambda: _usages(found)})
    return Observed(
        now,
        tuple(observations),
        tuple(found.get(rights.CLAIMS, ())),
        tuple(usages),
        (*_missing(lists.values()), *failed, *unread),
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


def _producers(
    found: dict[Right, list[Any]], owners: Owners, since: datetime, now: datetime
) -> dict[str, Callable[[], Iterable[Observation]]]:
    """Return what makes observations of the lists, by the piece that is missing where it fails."""

    def of(right: Right) -> list[Any]:
        return found.get(right, [])

    def each(make: Callable[[Any], Iterable[Observation]], right: Right) -> Iterable[Observation]:
        return chain.from_iterable(make(one) for one in of(right))

    return {
        "pods": lambda: (pod_of(one, owners, now) for one in of(rights.PODS)),
        "ends of containers": lambda: each(lambda one: terminations_of(one, owners, since), rights.PODS),
        "rollouts": lambda: chain(
            deployment_rollouts(of(rights.DEPLOYMENTS), of(rights.REPLICA_SETS), since),
            revision_rollouts(of(rights.REVISIONS), since),
        ),
        "replicas": lambda: chain(
            replica_counts("Deployment", of(rights.DEPLOYMENTS), now),
            replica_counts("StatefulSet", of(rights.STATEFUL_SETS), now),
        ),
        "events": lambda: of(rights.EVENTS),
        "nodes": lambda: each(conditions_of, rights.NODES),
        "Jobs": lambda: each(lambda one: failed_job_of(one, owners, since), rights.JOBS),
    }


def _guarded(producers: Mapping[str, Callable[[], Iterable[T]]]) -> tuple[list[T], list[Missing]]:
    """Return what all producers give, and the pieces of those that an odd object stopped."""
    made: list[T] = []
    missing = []
    for piece, produce in producers.items():
        try:
            made.extend(produce())
        except Exception as error:  # noqa: BLE001 - one odd object must not cost the card
            missing.append(Missing(piece, f"they could not be read ({type(error).__name__})"))
    return made, missing


def _usages(found: dict[Right, list[Any]]) -> Iterator[Usage]:
    allocatable = {one.metadata.name: one.status.allocatable or {} for one in found.get(rights.NODES, ())}
    limits = dict(chain.from_iterable(limits_of(one) for one in found.get(rights.PODS, ())))
    yield from node_usages(found.get(rights.NODE_METRICS, ()), allocatable)
    yield from pod_usages(found.get(rights.POD_METRICS, ()), limits)
