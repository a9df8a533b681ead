"""One look at the night while it happens: what the cluster forgets, and what Alertmanager holds back."""

from collections.abc import Callable
from typing import Any

import psycopg

from digest.cluster.model import Observed
from digest.cluster.remember import remember
from digest.cluster.summary import BEFORE
from digest.confirm.model import AlertmanagerSeen
from digest.confirm.samples import samples_of
from digest.confirm.see import see_alertmanagers
from digest.deadline import Time
from digest.noise.samples import record_samples
from digest.settings import DigestSettings
from digest.wiring import look, with_database
from digest.wording import count
from store.errors import DependencyDownError
from store.log import Log

Connection = psycopg.Connection[Any]


def take_snapshot(settings: DigestSettings, time: Time, log: Log, tell: Callable[[str], None]) -> None:
    """Look at what the settings name, keep it, and tell in a line each what was kept.

    Raises DependencyDownError where nothing of what was asked answered.
    """
    observed = look(settings, "snapshot", time.now() - BEFORE, time, log)
    alerts, problems = see_alertmanagers(settings.confirm, time)
    for problem in problems:
        log("warning", f"{problem}.")
    cluster = observed if observed and observed.looked else None
    if cluster is None and not settings.confirm.alertmanagers:
        tell("Nothing to look at: K8S_CONTEXT_ENABLED is false, or there is no cluster, and no ALERTMANAGER_URL.")
        return
    failed = (*problems, *_unread(cluster))
    if failed and not alerts and not (cluster and cluster.observations):
        raise DependencyDownError(f"Nothing could be read: {failed[0]}.")
    with_database(settings, lambda conn: _keep(conn, settings, cluster, alerts, tell))


def _keep(
    conn: Connection,
    settings: DigestSettings,
    cluster: Observed | None,
    alerts: AlertmanagerSeen | None,
    tell: Callable[[str], None],
) -> None:
    if cluster:
        new = remember(conn, cluster.observations)
        tell(f"{len(cluster.observations):,} seen, {new:,} of them new or changed")
    if alerts:
        samples = samples_of(alerts, settings.alerts.cluster_label)
        record_samples(conn, alerts.asked_at, samples)
        tell(f"{count(len(alerts.living), 'alert')} of {count(len(samples), 'rule')} sampled")


def _unread(cluster: Observed | None) -> tuple[str, ...]:
    return tuple(f"{one.piece} of the cluster: {one.reason}" for one in cluster.missing) if cluster else ()
