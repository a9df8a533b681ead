"""Ask Alertmanager what fires, what it holds back and why, and how long it has known.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (``/alerts``, ``/silences``,
``/status``). It keeps alerts in memory: what is absent after a restart has not cleared for that reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from digest.confirm.ask import Api, SourceError, moment, texts
from digest.confirm.model import AlertmanagerSeen, Living, Silence, Suppression
from digest.confirm.routing import Route, read_routes
from store.matchers import Matcher, checked

_NEVER = 9000
"""A year in which nobody ends a silence."""
_FLAGS = {"active": "true", "silenced": "true", "inhibited": "true", "unprocessed": "true"}
_OPERATORS = {(True, False): "=", (False, False): "!=", (True, True): "=~", (False, True): "!~"}


@dataclass(frozen=True)
class _One:
    """What one address answered."""

    alerts: tuple[dict[str, Any], ...]
    silences: dict[str, dict[str, Any]]
    settled: bool
    peers: int
    routes: Route | None


def see_alerts(
    apis: Iterable[Api], settle: timedelta, clock: Callable[[], datetime]
) -> tuple[AlertmanagerSeen | None, tuple[str, ...]]:
    """Return what the Alertmanagers know, None where none answered, and a sentence for each that did not.

    An address that does not answer is taken for a peer of one that does and has as many peers as there are addresses:
    peers have the same alerts.
    """
    asked_at, addresses = clock(), tuple(apis)
    if not addresses:
        return None, ()
    with ThreadPoolExecutor(len(addresses)) as pool:  # one that hangs takes no time from the others
        answers = tuple(pool.map(lambda api: _answer(api, settle, clock), addresses))
    found = [one for one in answers if isinstance(one, _One)]
    problems = [one for one in answers if isinstance(one, str)]
    if not found:
        return None, tuple(problems)
    whole = not problems or any(one.peers >= len(addresses) for one in found)
    complete = whole and all(one.settled for one in found)
    silences = {name: silence for one in found for name, silence in one.silences.items()}
    living = {alert.fingerprint: alert for one in found for alert in _living(one, silences)}
    routes = next((one.routes for one in found if one.routes), None)
    seen = AlertmanagerSeen(asked_at, tuple(living.values()), tuple(_silences(silences)), complete, routes)
    return seen, tuple(problems)


def _answer(api: Api, settle: timedelta, clock: Callable[[], datetime]) -> _One | str:
    try:
        return _ask(api, settle, clock)
    except SourceError as error:
        return str(error)


def _ask(api: Api, settle: timedelta, clock: Callable[[], datetime]) -> _One:
    status, alerts = api.get("/api/v2/status"), api.get("/api/v2/alerts", **_FLAGS)
    silences = api.get("/api/v2/silences").value
    if not isinstance(alerts.value, list) or not isinstance(silences, list) or not isinstance(status.value, dict):
        raise SourceError(f"{api.name} does not speak the API of Alertmanager; is {api.variable}_URL right?")
    try:
        up = (status.date or clock()) - moment(status.value.get("uptime"))
    except ValueError:
        up = timedelta(0)
    cluster, config = status.value.get("cluster"), status.value.get("config")
    peers = cluster.get("peers") if isinstance(cluster, dict) else None
    return _One(
        tuple(alert for alert in alerts.value if isinstance(alert, dict)),
        {str(one["id"]): one for one in silences if isinstance(one, dict) and "id" in one},
        up >= settle,
        len(peers) if isinstance(peers, list) else 1,
        read_routes(str(config.get("original", ""))) if isinstance(config, dict) else None,
    )


def _living(one: _One, silences: dict[str, dict[str, Any]]) -> Iterator[Living]:
    names = {str(alert.get("fingerprint")): texts(alert.get("labels")).get("alertname", "") for alert in one.alerts}
    for alert in one.alerts:
        try:
            starts_at = moment(alert.get("startsAt"))
        except ValueError:
            continue
        status = alert.get("status")
        yield Living(
            str(alert.get("fingerprint", "")),
            texts(alert.get("labels")),
            texts(alert.get("annotations")),
            str(alert.get("generatorURL", "")),
            starts_at,
            tuple(_suppressions(status if isinstance(status, dict) else {}, silences, names)),
            tuple(str(receiver.get("name", "")) for receiver in _objects(alert.get("receivers"))),
        )


def _suppressions(
    status: dict[str, Any], silences: dict[str, dict[str, Any]], names: dict[str, str]
) -> Iterator[Suppression]:
    """Yield why an alert is held back, the longest silence first."""
    found = []
    for name in _listed(status, "silencedBy"):
        silence = silences.get(name, {})
        by, reason = (str(silence.get(key) or "") for key in ("createdBy", "comment"))
        found.append(Suppression("silenced", by, reason, _end(silence), 1))
    yield from sorted(found, key=lambda one: one.until.timestamp() if one.until else 0, reverse=True)
    by_name = Counter(names.get(fingerprint, "") for fingerprint in _listed(status, "inhibitedBy"))
    for alertname, _ in sorted(by_name.items()):
        yield Suppression("inhibited", alertname, "", None, 1)
    for interval in _listed(status, "mutedBy"):
        yield Suppression("muted", interval, "", None, 1)


def _listed(status: dict[str, Any], name: str) -> list[str]:
    value = status.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _end(silence: dict[str, Any]) -> datetime | None:
    """Return when a silence ends; None where that is not known, or so late that it means never."""
    try:
        end = moment(silence.get("endsAt")).replace(microsecond=0)
    except ValueError:
        return None
    return end if end.year < _NEVER else None


def _silences(silences: dict[str, dict[str, Any]]) -> Iterator[Silence]:
    for one in silences.values():
        try:
            start, end = moment(one.get("startsAt")), moment(one.get("endsAt"))
            found = tuple(_matcher(each) for each in _objects(one.get("matchers")))
        except ValueError:  # a silence that cannot be read is told with its alerts, but adds no reason to others
            continue
        if found:
            yield Silence(found, start, end)


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _matcher(value: dict[str, Any]) -> Matcher:
    operator = _OPERATORS[bool(value.get("isEqual", True)), bool(value.get("isRegex", False))]
    return checked(Matcher(str(value.get("name", "")), operator, str(value.get("value", ""))))


def merged(suppressions: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """Return equal ones once, with the sum of their series, the most first."""
    counts: Counter[Suppression] = Counter()
    for one in suppressions:
        counts[replace(one, series=0)] += one.series
    return tuple(
        replace(one, series=series)
        for one, series in sorted(counts.items(), key=lambda item: (-item[1], item[0].kind, item[0].by, item[0].reason))
    )
