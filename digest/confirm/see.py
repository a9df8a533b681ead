"""Ask the sources that the settings name, each under a deadline of its own; what fails is a sentence."""

from collections.abc import Callable
from datetime import datetime, timedelta

from digest.confirm.alertmanager import see_alerts
from digest.confirm.ask import Api, SourceError, new_session
from digest.confirm.episodes import LAG
from digest.confirm.model import AlertmanagerSeen, Confirmation, PrometheusSeen, Seen, SourceState
from digest.confirm.prometheus import see_firing
from digest.confirm.settings import Access, ConfirmSettings
from digest.deadline import Time


def see(settings: ConfirmSettings, start: datetime, time: Time, *, webhooks: bool = True) -> Seen | None:
    """Return what the sources say of the time since ``start``; None where the settings name none.

    ``webhooks`` is False where the facts are to come from the sources alone.
    """
    if not settings.alertmanagers and not settings.prometheus:
        return None
    alertmanager, failed = see_alertmanagers(settings, time)
    prometheus, problem = _prometheus(settings, start, time)
    confirmation = Confirmation(
        alertmanager=_state(settings.alertmanagers, alertmanager, failed),
        prometheus=_state(settings.prometheus, prometheus, problem or (prometheus.warning if prometheus else "")),
        problems=(*failed, *problem, *filter(None, [prometheus.warning if prometheus else ""])),
        resolution_seconds=round(prometheus.interval) if prometheus else None,
        webhooks=webhooks,
        evaluated_until=_stopped(prometheus, time.now()),
    )
    return Seen(alertmanager, prometheus, confirmation)


def _stopped(prometheus: PrometheusSeen | None, now: datetime) -> datetime | None:
    if prometheus is None or prometheus.evaluated_until >= now - LAG:
        return None
    return prometheus.evaluated_until.replace(microsecond=0)


def see_alertmanagers(settings: ConfirmSettings, time: Time) -> tuple[AlertmanagerSeen | None, tuple[str, ...]]:
    """Return what Alertmanager knows now, and a sentence for each address that does not answer."""
    api = _api("ALERTMANAGER", settings.alertmanager_access, settings.timeout_seconds, time)
    apis = map(api, settings.alertmanagers)
    return see_alerts(apis, timedelta(seconds=settings.settle_seconds), time.now)


def _prometheus(
    settings: ConfirmSettings, start: datetime, time: Time
) -> tuple[PrometheusSeen | None, tuple[str, ...]]:
    if not settings.prometheus:
        return None, ()
    api = _api("PROMETHEUS", settings.prometheus_access, settings.timeout_seconds, time)
    try:
        return see_firing(api(settings.prometheus), start, time.now()), ()
    except SourceError as error:
        return None, (str(error),)


def _api(variable: str, access: Access, seconds: int, time: Time) -> Callable[[str], Api]:
    end = time.monotonic() + seconds
    return lambda url: Api(new_session(access), url, variable, lambda: end - time.monotonic())


def _state(asked: object, seen: object, problems: object) -> SourceState:
    if not asked:
        return "not_asked"
    if seen is None:
        return "failed"
    return "partly" if problems else "answered"
