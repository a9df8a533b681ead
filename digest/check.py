"""Test what the digest depends on and say in one line each what is wrong; nothing is posted or written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from digest.cluster.observe import asked, reach
from digest.confirm.see import see
from digest.confirm.settings import ConfirmSettings
from digest.deadline import Time
from digest.model.client import ModelError, Ollama, new_session
from digest.model.settings import ModelSettings
from digest.settings import DigestSettings
from digest.wording import count
from store.connect import connect
from store.errors import AlertgestError
from store.migrate import require_current
from store.queries import queries

_LAST_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """The state of one dependency; ``exit_code`` is what the process ends with because of it."""

    name: str
    detail: str
    exit_code: int = 0


def check(settings: DigestSettings, time: Time) -> Iterator[Finding]:
    """Yield one finding for each dependency, in the order in which they are to be repaired."""
    yield Finding("settings", "all readable")
    try:
        with connect(settings.database_url) as conn:
            yield Finding("database", "answers")
            require_current(conn)
            yield Finding("schema", "up to date")
            row = conn.execute(queries("digest", "digests.sql")["active"]).fetchone()
            end = row[2].astimezone(settings.schedule.zone) if row else None
            yield Finding("window", f"ends {end:%Y-%m-%d %H:%M %Z}" if end else "none yet; the first run makes it")
    except AlertgestError as error:
        yield Finding("database", str(error), error.exit_code)
    except psycopg.Error as error:
        yield Finding("database", f"fails ({type(error).__name__})", 4)
    yield from _cluster(settings, time)
    yield from _sources(settings.confirm, time)
    yield _model(settings.model, time)
    if settings.delivery.webhook_url:
        yield Finding("teams", f"a workflow is set, envelope {settings.delivery.envelope}; `send-test` posts to it")
    else:
        yield Finding("teams", "TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)", 3)
    yield Finding("second workflow", "set" if settings.delivery.fallback_url else "none (FALLBACK_WEBHOOK_URL)")


def _sources(settings: ConfirmSettings, time: Time) -> Iterator[Finding]:
    """Ask for the last minutes; the sources are optional, so one that does not answer costs facts and no card."""
    seen = see(settings, time.now() - _LAST_MINUTES, time)
    if seen is None:
        yield Finding("sources", "none (ALERTMANAGER_URL, PROMETHEUS_URL); cards tell what webhooks told, at least")
        return
    yield from (Finding("sources", problem, 4) for problem in seen.confirmation.problems)
    if seen.alertmanager:
        known = "" if seen.alertmanager.complete else "; not all of it has been up for ALERTMANAGER_SETTLE_SECONDS"
        yield Finding("alertmanager", f"answers, and has {count(len(seen.alertmanager.living), 'alert')}{known}")
    if seen.prometheus:
        told = count(sum(len(some) for some in seen.prometheus.series.values()), "alert")
        yield Finding("prometheus", f"answers, evaluates each {seen.prometheus.interval:g} s; {told} fired just now")


def _model(settings: ModelSettings, time: Time) -> Finding:
    if not settings.base_url:
        return Finding("model", "none is asked (OLLAMA_BASE_URL, DIGEST_LLM); cards are told by code alone")
    end = time.monotonic() + settings.timeout_seconds
    ollama = Ollama(new_session(settings.ca_file), settings.base_url, lambda: end - time.monotonic())
    try:
        found = ollama.find(settings.model, settings.fallback)
    except ModelError as error:
        return Finding("model", str(error), 4)
    other = f"; {settings.model} is not there" if found.name != settings.model else ""
    return Finding("model", f"{found.name} is there, on Ollama {found.server}{other}")


def _cluster(settings: DigestSettings, time: Time) -> Iterator[Finding]:
    if not settings.cluster.enabled:
        yield Finding("cluster", "not looked at (K8S_CONTEXT_ENABLED is false)")
        return
    from digest.cluster.access import lacking  # noqa: PLC0415 - loads the client
    from digest.cluster.api import UnavailableError  # noqa: PLC0415

    def work() -> list[Finding]:
        api = reach(settings.cluster, time)
        if api is None:
            return [Finding("cluster", "none: no account of a pod, no kubeconfig; cards have no cluster context")]
        rules = [
            Finding("cluster", f"no right in {one.namespace or 'all namespaces'}, add {one.rule}", 3)
            for one in lacking(api, settings.cluster, settings.run.namespace)
        ]
        return rules or [Finding("cluster", "answers, and every right is granted")]

    try:
        yield from asked(settings.cluster.timeout_seconds, work)
    except UnavailableError as error:
        yield Finding("cluster", f"{error}; K8S_CONTEXT_ENABLED=false does without it (chart value context.enabled)", 4)
