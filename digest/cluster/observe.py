"""The way from the settings to what was seen; the client is loaded only where there may be a cluster."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from digest.cluster.model import Missing, Observed
from digest.cluster.settings import ClusterSettings
from digest.deadline import Time, within

if TYPE_CHECKING:
    from digest.cluster.api import Api

T = TypeVar("T")
JOB_SECONDS = 5.0
"""How long the program's own Job is asked for."""


def observe(settings: ClusterSettings, command: str, since: datetime, time: Time) -> Observed | None:
    """Return one look at the cluster, within ``K8S_CONTEXT_TIMEOUT_SECONDS``; None where it is switched off.

    Never raises for what the cluster does: what cannot be had is named in ``missing``.
    """
    if not settings.enabled:
        return None
    from digest.cluster.api import UnavailableError  # noqa: PLC0415 - half a second that only a cluster is worth
    from digest.cluster.look import look  # noqa: PLC0415

    def work() -> Observed:
        api = reach(settings, time)
        if api is None:
            return Observed(time.now(), looked=False)
        return look(api, settings, command, since, time.now())

    try:
        return asked(settings.timeout_seconds + 1, work)
    except UnavailableError as error:
        return Observed(time.now(), missing=(Missing("cluster", str(error)),))


def reach(settings: ClusterSettings, time: Time, seconds: float = 0) -> "Api | None":
    """Return the API server with so many seconds to ask it (0: all that it gets), or None where there is none.

    Raises UnavailableError.
    """
    from digest.cluster.api import connect_api  # noqa: PLC0415

    end = time.monotonic() + (seconds or settings.timeout_seconds)
    return connect_api(settings.kubeconfig, lambda: end - time.monotonic(), time.wait)


def asked(seconds: float, work: Callable[[], T]) -> T:
    """Return what ``work`` finds out from the API server; raises UnavailableError, also where it takes longer."""
    from digest.cluster.api import UnavailableError  # noqa: PLC0415

    try:
        return within(seconds, work)
    except TimeoutError:
        raise UnavailableError("no answer in time") from None


def made_by_hand(settings: ClusterSettings, namespace: str, job: str, time: Time) -> bool | None:
    """Return whether a person made the Job, by its own annotations; None where it cannot be read.

    ``kubectl create job --from=cronjob/…`` sets ``cronjob.kubernetes.io/instantiate: manual``.
    Source: https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/create/create_job.go
    """
    from msgspec import DecodeError, json  # noqa: PLC0415

    from digest.cluster.answers import JobAnswer  # noqa: PLC0415
    from digest.cluster.api import UnavailableError  # noqa: PLC0415
    from digest.cluster.rights import OWN_JOB  # noqa: PLC0415

    def work() -> JobAnswer | None:
        api = reach(settings, time, JOB_SECONDS)
        return json.decode(api.get(f"{OWN_JOB.path(namespace)}/{job}", []), type=JobAnswer) if api else None

    try:
        answer = asked(JOB_SECONDS, work)
    except (UnavailableError, DecodeError):
        return None
    if answer is None:
        return None
    notes = answer.metadata.annotations or {}
    return notes.get("cronjob.kubernetes.io/instantiate") == "manual" or answer.metadata.controller is None
