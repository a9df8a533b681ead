"""From the bytes of a body to episodes, and to what could not be read; pure.

Accepted are Alertmanager's webhook (version 4), Grafana's (version 1), and the bare array that Prometheus and vmalert
post. Unknown fields are ignored. Each alert is decoded by itself, so that a bad one does not block its neighbours.
"""

from collections.abc import Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from store.fingerprint import fingerprint

_ALERTS_ALWAYS_ALLOWED = 10_000
_MARKS_OF_AN_ALERT = ((b"{", 8), (b"[", 8), (b",", 64))
"""Signs of JSON, and how many of each an alert has at most on average; a value costs a hundred bytes once decoded."""
_LONGEST_FINGERPRINT = 128
_NUL_ESCAPED = b"\\u0000"
"""The only way in which JSON can tell U+0000."""


class PayloadError(Exception):
    """A body of which nothing can be read; the message says why."""


class TooManyAlertsError(PayloadError):
    """A body with more alerts than the limit."""


class Episode(msgspec.Struct, frozen=True, gc=False):
    """One alert of a message: an episode's identity and what this message says of it.

    It refers to nothing that refers back, so that the collector of garbage need not look at the thousands of a storm.
    """

    fingerprint: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    """None while it fires."""
    generator_url: str


@dataclass(frozen=True)
class Rejected:
    """An alert that could not be read, as it came."""

    reason: str
    raw: bytes


@dataclass(frozen=True)
class Message:
    """One body, read."""

    receiver: str
    group_key: str
    status: str
    truncated: int
    episodes: tuple[Episode, ...]
    rejected: tuple[Rejected, ...]


class _Alert(msgspec.Struct, gc=False):
    labels: dict[str, str]
    startsAt: datetime | None = None  # noqa: N815
    endsAt: datetime | None = None  # noqa: N815
    annotations: dict[str, str] | None = None
    status: str | None = ""
    generatorURL: str | None = ""  # noqa: N815
    fingerprint: str | None = ""


class _LooseAlert(_Alert, gc=False):
    labels: dict[str, Any]
    annotations: dict[str, Any] | None = None


class _Head(msgspec.Struct, kw_only=True):
    receiver: str | None = ""
    groupKey: str | None = ""  # noqa: N815
    status: str | None = ""
    truncatedAlerts: int | None = 0  # noqa: N815


class _Webhook(_Head, kw_only=True):
    alerts: list[_Alert]


class _LooseWebhook(_Head, kw_only=True):
    alerts: list[msgspec.Raw]


_webhooks, _arrays = msgspec.json.Decoder(_Webhook), msgspec.json.Decoder(list[_Alert])
_loose_webhooks, _loose_arrays = msgspec.json.Decoder(_LooseWebhook), msgspec.json.Decoder(list[msgspec.Raw])
_loose_alerts = msgspec.json.Decoder(_LooseAlert)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError)


def parse(body: bytes, now: datetime, most_alerts: int) -> Message:
    """Read a body; ``now`` decides whether an alert of a bare array, which has no status, still fires.

    Raises PayloadError for what is no webhook at all, and TooManyAlertsError before anything large is decoded.
    """
    for sign, share in _MARKS_OF_AN_ALERT:
        if body.count(sign) > share * max(most_alerts, _ALERTS_ALWAYS_ALLOWED):
            raise TooManyAlertsError(f"the body has more values than {most_alerts} alerts can have (MAX_ALERTS)")
    try:
        return _strictly(body, now, most_alerts)
    except _UNREADABLE:
        return _alert_by_alert(body, now, most_alerts)


def unreadable(reason: str, body: bytes) -> Message:
    """Return what is kept of a body of which nothing could be read."""
    return Message("", "", "", 0, (), (Rejected(reason, body),))


def _strictly(body: bytes, now: datetime, most_alerts: int) -> Message:
    """Read a body in which every alert is as Alertmanager sends it, a fifth of the work; raises where one is not."""
    if _NUL_ESCAPED in body:
        raise ValueError("it has U+0000")
    head = _Webhook(alerts=_arrays.decode(body)) if _is_array(body) else _webhooks.decode(body)
    _count(head.alerts, most_alerts)
    return _message(head, [_episode(alert, alert.labels, alert.annotations or {}, now) for alert in head.alerts], [])


def _alert_by_alert(body: bytes, now: datetime, most_alerts: int) -> Message:
    head = _loosely(body)
    _count(head.alerts, most_alerts)
    episodes, rejected = [], []
    for raw in head.alerts:
        try:
            alert = _loose_alerts.decode(raw)
            episodes.append(_episode(alert, _texts(alert.labels), _texts(alert.annotations or {}), now))
        except _UNREADABLE as error:
            rejected.append(Rejected(str(error) or type(error).__name__, bytes(raw)))
    return _message(head, episodes, rejected)


def _loosely(body: bytes) -> _LooseWebhook:
    try:
        return _LooseWebhook(alerts=_loose_arrays.decode(body)) if _is_array(body) else _loose_webhooks.decode(body)
    except RecursionError:
        raise PayloadError("the body is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PayloadError(f"the body is no webhook of Alertmanager: {error}") from None


def _is_array(body: bytes) -> bool:
    return body.lstrip()[:1] == b"["


def _count(alerts: Sized, most: int) -> None:
    if len(alerts) > most:
        raise TooManyAlertsError(f"{len(alerts)} alerts in one body, {most} are allowed (MAX_ALERTS)")


def _message(head: _Head, episodes: list[Episode], rejected: list[Rejected]) -> Message:
    return Message(
        _clean(head.receiver or ""),
        _clean(head.groupKey or ""),
        _clean(head.status or ""),
        min(max(head.truncatedAlerts or 0, 0), 2**62),
        tuple(episodes),
        tuple(rejected),
    )


def _episode(alert: _Alert, labels: dict[str, str], annotations: dict[str, str], now: datetime) -> Episode:
    if not labels:
        raise ValueError("it has no labels")
    starts_at = _moment(alert.startsAt)
    if starts_at is None:
        raise ValueError("it has no startsAt")
    ends_at = _moment(alert.endsAt)
    if ends_at and (alert.status == "firing" or (not alert.status and ends_at > now)):
        ends_at = None
    if alert.status == "resolved" and ends_at is None:
        ends_at = max(now, starts_at)
    given = _clean(alert.fingerprint or "")[:_LONGEST_FINGERPRINT]
    return Episode(
        given or fingerprint(labels), labels, annotations, starts_at, ends_at, _clean(alert.generatorURL or "")
    )


def _moment(value: datetime | None) -> datetime | None:
    """Return the time in UTC; None for a missing one and for Go's zero time, the year 1."""
    if value is None or value.year <= 1:
        return None
    if value.tzinfo is None:
        raise ValueError("it has a time without a zone")
    return value.astimezone(UTC)


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {_clean(name): _text(value, name) for name, value in values.items()}


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return _clean(value)
    if value is None or isinstance(value, bool | int | float):
        return msgspec.json.encode(value).decode() if value is not None else ""
    raise ValueError(f"the value of {name!r} is neither text nor a number")


def _clean(value: str) -> str:
    """Replace U+0000, which PostgreSQL cannot keep and Alertmanager lets pass."""
    return value.replace("\x00", "\ufffd")
