"""A JSON API over HTTP under one deadline: bounded answers, and errors in words of ours that repeat no secret.

No proxy of the environment is asked: nothing may leave the cluster.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth

from digest.confirm.settings import Access
from digest.deadline import within
from digest.wording import clean

MOST_BYTES = 48 * 1024 * 1024
"""Bytes of one answer; a larger one is refused, since it would fill the memory of a small pod."""
_CHUNK = 1024 * 1024
_LONGEST_REASON = 160
_ODD = (b"\\u0000", b"\\ud", b"\\uD")
"""What a text must have in JSON to be one that PostgreSQL cannot hold."""
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class SourceError(Exception):
    """A source cannot be used or its answer cannot; the message says why in words of ours."""


@dataclass(frozen=True)
class Answered:
    """The JSON of an answer, and the server's clock where it tells it."""

    value: Any
    date: datetime | None


@dataclass(frozen=True)
class Api:
    """One server; ``left`` gives the seconds until the deadline, ``variable`` begins the names of its settings."""

    session: requests.Session
    url: str
    variable: str
    left: Callable[[], float]

    @property
    def name(self) -> str:
        """What it is called, with its host: without user, password and path."""
        parts = urlsplit(self.url)
        return f"{self.variable.capitalize()} at {parts.hostname}" + (f":{parts.port}" if parts.port else "")

    def get(self, path: str, **parameters: str) -> Answered:
        """Return what a GET answers; raises SourceError, also where it takes longer than the time that is left."""
        try:
            return within(self.left(), lambda: self._get(path, parameters))
        except (TimeoutError, requests.Timeout):
            raise SourceError(f"{self.name} did not answer in time (CONFIRM_TIMEOUT_SECONDS)") from None
        except (requests.RequestException, OSError, ValueError) as error:
            what = f"{type(error).__name__}; {self.variable}_URL"
            raise SourceError(f"{self.name} does not answer ({what})") from None

    def _get(self, path: str, parameters: dict[str, str]) -> Answered:
        timeout = max(0.1, self.left())
        with self.session.get(f"{self.url}{path}", params=parameters, timeout=timeout, stream=True) as answer:
            body = self._read(answer)
            if answer.status_code in _REFUSED:
                hint = f"{self.variable}_BEARER_TOKEN, {self.variable}_BASIC_AUTH"
                raise SourceError(f"{self.name} lets nobody in ({answer.status_code}; {hint})")
            try:
                value = _storable(json.loads(body)) if any(mark in body for mark in _ODD) else json.loads(body)
            except (ValueError, RecursionError):
                value = None
            if not answer.ok:
                raise SourceError(f"{self.name} answers {answer.status_code} to {path}{_reason(value)}")
            if value is None:
                raise SourceError(f"{self.name} sent no JSON; is {self.variable}_URL right?")
            return Answered(value, _date(answer.headers.get("Date", "")))

    def _read(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for part in answer.iter_content(_CHUNK):
            body += part
            if len(body) > MOST_BYTES:
                raise SourceError(f"{self.name} sent more than {MOST_BYTES // 1024 // 1024} MiB in one answer")
        return bytes(body)


def new_session(access: Access) -> requests.Session:
    """Return a session that takes nothing from the environment and is let in as the settings say."""
    session = requests.Session()
    session.trust_env = False
    session.verify = access.ca_file or True
    if access.token:
        session.headers["Authorization"] = f"Bearer {access.token}"
    elif access.basic:
        user, _, password = access.basic.partition(":")
        session.auth = HTTPBasicAuth(user.encode(), password.encode())
    return session


def moment(value: object) -> datetime:
    """Return a time of RFC 3339 as an aware UTC time; raises ValueError for anything else."""
    found = datetime.fromisoformat(value if isinstance(value, str) else "")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond any time") from None


def texts(value: object) -> dict[str, str]:
    """Return the pairs of an object whose values are texts; nothing for anything else."""
    return {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}


def _storable(value: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    """Return the value with its texts as PostgreSQL can hold them: without U+0000 and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value


def _reason(value: object) -> str:
    reason = value.get("error") if isinstance(value, dict) else value
    return f": {clean(reason, _LONGEST_REASON)}" if isinstance(reason, str) and reason else ""


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return None
