"""Warning events, failed Jobs and unbound claims; pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from digest.cluster.answers import ClaimAnswer, EventAnswer, JobAnswer
from digest.cluster.model import FailedJob, UnboundClaim, WarningEvent, Workload
from digest.cluster.owners import owner_of

_LONGEST_MESSAGE = 300


def event_of(answer: EventAnswer, since: datetime) -> Iterator[WarningEvent]:
    """Yield the event where it was last seen since a time; events of both APIs are told alike."""
    series = answer.series
    first = answer.first_timestamp or answer.event_time or answer.metadata.creation_timestamp
    last = (series and series.last_observed_time) or answer.last_timestamp or first
    if first and last and last >= since:
        about = answer.involved_object
        count = max(1, (series.count if series else 0) or answer.count or 1)
        message = " ".join((answer.message or "").split())[:_LONGEST_MESSAGE]
        yield WarningEvent(
            answer.metadata.uid, about.namespace or answer.metadata.namespace, about.kind, about.name,
            answer.reason or "", message, count, first, last,
        )  # fmt: skip


def failed_job_of(
    answer: JobAnswer, owners: Mapping[tuple[str, str, str], Workload], since: datetime
) -> Iterator[FailedJob]:
    """Yield the Job where it failed since a time."""
    for one in answer.status.conditions or []:
        if one.type == "Failed" and one.status == "True" and one.last_transition_time:
            if one.last_transition_time >= since:
                workload = owner_of(answer.metadata, owners, "Job")
                meta = answer.metadata
                yield FailedJob(workload, meta.namespace, meta.name, one.reason, one.last_transition_time)
            return


def unbound_claim_of(answer: ClaimAnswer) -> Iterator[UnboundClaim]:
    """Yield the claim where it has no volume."""
    meta = answer.metadata
    if answer.status.phase != "Bound" and meta.creation_timestamp:
        yield UnboundClaim(meta.namespace, meta.name, answer.status.phase or "Unknown", meta.creation_timestamp)
