"""Post the card to the Teams workflow, try again where that helps, then use the second workflow.

The URLs are secrets: no message, log line or error text of here repeats them.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Literal

import requests
import urllib3

from digest.deadline import within
from digest.settings import DeliverySettings

TRIES = 3
"""How often one workflow is asked."""
LONGEST_WAIT = 30.0
"""Seconds at most between two tries, whatever the answer asks for."""
_RETRIED = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_BODY_BYTES = 4096
_TYPE = "application/json; charset=utf-8"
Card = dict[str, Any]
Outcome = Literal["sent", "refused", "unreachable"]


@dataclass(frozen=True)
class Delivery:
    """How posting went: ``refused`` would be refused again, ``unreachable`` is worth another run."""

    outcome: Outcome
    detail: str
    """One sentence without secrets."""
    message_id: str = ""
    uncertain: bool = False
    """Whether the card may have arrived although no answer said so."""


@dataclass(frozen=True)
class Cards:
    """A card, and how it looks where it may have arrived before: each try after such a one posts that."""

    first: Card
    again: Card


@dataclass(frozen=True)
class Poster:
    """What posting needs: a session (proxies and CAs from the environment), how to wait, clock and chance."""

    session: requests.Session
    wait: Callable[[float], None]
    clock: Callable[[], datetime]
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class _Answer:
    delivery: Delivery
    again: bool = False
    retry_after: str = ""


class _Session(requests.Session):
    """Follows no redirect, and does not read its body either, which may have no end."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target, wherever the answer points."""


def new_session() -> requests.Session:
    """Return a session that takes proxies from the environment, but no passwords from a netrc file."""
    session = _Session()
    session.auth = lambda request: request
    return session


def longest_seconds(settings: DeliverySettings) -> float:
    """Return the longest time that ``deliver`` takes with both workflows silent: a lease must outlast it."""
    one = TRIES * 2 * settings.timeout_seconds + (TRIES - 1) * LONGEST_WAIT
    return one * (2 if settings.fallback_url else 1)


def envelope(card: Card, form: str) -> Card:
    """Return what the flow expects: the card in a message (``message``), or itself (``card``)."""
    if form == "card":
        return card
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def deliver(poster: Poster, settings: DeliverySettings, cards: Cards) -> Delivery:
    """Post the card to the first workflow, else to the second; never raises for what the network does."""
    if not settings.webhook_url:
        return Delivery("refused", "No workflow is set (TEAMS_WEBHOOK_URL).")
    bodies = _Bodies(_encoded(cards.first, settings), _encoded(cards.again, settings))
    first = _persist(poster, settings.webhook_url, bodies, settings.timeout_seconds)
    if first.outcome == "sent" or not settings.fallback_url:
        return first
    if first.uncertain:
        bodies = replace(bodies, first=bodies.again)
    second = _persist(poster, settings.fallback_url, bodies, settings.timeout_seconds)
    outcome: Outcome = "refused" if "refused" in (first.outcome, second.outcome) else "unreachable"
    return replace(
        second,
        outcome="sent" if second.outcome == "sent" else outcome,
        detail=f"First workflow: {first.detail} Second workflow: {second.detail}",
        uncertain=second.outcome != "sent" and (first.uncertain or second.uncertain),
    )


@dataclass(frozen=True)
class _Bodies:
    """Both cards in their envelopes."""

    first: bytes
    again: bytes


def _encoded(card: Card, settings: DeliverySettings) -> bytes:
    return json.dumps(envelope(card, settings.envelope), ensure_ascii=False).encode("utf-8", "replace")


def _persist(poster: Poster, url: str, bodies: _Bodies, timeout: int) -> Delivery:
    uncertain = False
    for number in range(1, TRIES + 1):
        answer = _post(poster.session, url, bodies.again if uncertain else bodies.first, timeout)
        uncertain = uncertain or answer.delivery.uncertain
        if not answer.again or number == TRIES:
            break
        poster.wait(_pause(poster, number, answer.retry_after))
    told = answer.delivery
    detail = told.detail if number == 1 else f"{told.detail} ({number} tries)"
    return replace(told, detail=f"{detail}.", uncertain=uncertain and told.outcome != "sent")


def _pause(poster: Poster, number: int, retry_after: str) -> float:
    asked = _asked_seconds(retry_after, poster.clock())
    backoff = 2.0 ** (number - 1) * (0.5 + poster.chance())
    return min(LONGEST_WAIT, max(backoff, asked))


def _asked_seconds(retry_after: str, now: datetime) -> float:
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


def _post(session: requests.Session, url: str, body: bytes, timeout: int) -> _Answer:
    """Post once; the library's time-out is for each byte, so that all of it has one of ours."""
    came: list[requests.Response] = []

    def ask() -> _Answer:
        with session.post(
            url, data=body, headers={"Content-Type": _TYPE}, timeout=timeout, allow_redirects=False, stream=True
        ) as response:
            came.append(response)
            return _judge(response, _body(response) if response.ok else "")

    try:
        return within(2 * timeout, ask)
    except TimeoutError as error:
        return _judge(came[0], "") if came else _silent(error)
    except (requests.ConnectionError, requests.Timeout) as error:
        return _silent(error)
    except (requests.RequestException, ValueError) as error:
        return _Answer(Delivery("refused", f"the request could not be made ({type(error).__name__})"))


def _silent(error: OSError) -> _Answer:
    detail = f"no answer ({type(error).__name__})"
    return _Answer(Delivery("unreachable", detail, uncertain=_may_have_arrived(error)), again=True)


def _may_have_arrived(error: OSError) -> bool:
    """Say whether the connection was made; the library tells a refused one and an unknown name by the cause alone."""
    before = (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
    cause = getattr(next(iter(error.args), None), "reason", None)
    return not isinstance(error, before) and not isinstance(cause, urllib3.exceptions.NewConnectionError)


def _judge(response: requests.Response, body: str) -> _Answer:
    status = response.status_code
    if response.ok and status < HTTPStatus.MULTIPLE_CHOICES:
        if "error" in body.lower():
            return _Answer(Delivery("refused", f"answered {status}, but its body tells of an error"))
        message_id = response.headers.get("x-ms-workflow-run-id", "")
        return _Answer(Delivery("sent", f"accepted with {status}", message_id))
    if status in _RETRIED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        told = Delivery("unreachable", f"answered {status}", uncertain=status == HTTPStatus.GATEWAY_TIMEOUT)
        return _Answer(told, again=True, retry_after=response.headers.get("Retry-After", ""))
    return _Answer(Delivery("refused", f"answered {status}"))


def _body(response: requests.Response) -> str:
    """Return the beginning of the body; one that breaks off, or does not come in time, counts as empty."""
    try:
        return next(response.iter_content(_BODY_BYTES), b"").decode("utf-8", "replace")
    except requests.RequestException:
        return ""
