"""The recorded night, shifted to the last one and posted to a receiver message by message."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from demo.night import BASE

_ZERO = "0001-01-01T00:00:00Z"


@dataclass(frozen=True)
class Message:
    """A webhook and the time at which it came."""

    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True)
class Replay:
    """Where messages are posted and where the clock of the programs is."""

    url: str
    clock_file: Path

    def set_clock(self, moment: datetime) -> None:
        """Set the time that the programs see; the file is replaced, since they read it at any moment."""
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(moment.isoformat(), encoding="utf-8")
        fresh.replace(self.clock_file)

    def post(self, message: Message, session: requests.Session) -> None:
        """Post a message at its time; raises requests.HTTPError where it is not kept."""
        self.set_clock(message.at)
        session.post(self.url, json=message.body, timeout=30).raise_for_status()

    def pass_time(self, start: datetime, end: datetime, session: requests.Session) -> None:
        """Let the receiver live through each minute from ``start`` to ``end``: it notes one in which it is asked for.

        A clock that jumps is one of a machine that slept; the digest would tell, rightly, that no receiver lived.
        """
        while start < end:
            self.set_clock(start)
            session.get(urljoin(self.url, "/health"), timeout=30).raise_for_status()
            start += timedelta(minutes=1)


def last_evening(now: datetime) -> datetime:
    """Return 18:00 UTC of the last night that has ended, which is at 08:00."""
    morning = now.astimezone(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    ended = morning if morning <= now else morning - timedelta(days=1)
    return ended - timedelta(hours=14)


def load(recording: Path, evening: datetime) -> list[Message]:
    """Return the messages of a recording with every time shifted so that it begins at ``evening``."""
    shift = evening - BASE
    lines = (json.loads(line) for line in recording.read_text(encoding="utf-8").splitlines())
    return [Message(evening + timedelta(minutes=line["minute"]), _shifted(line["body"], shift)) for line in lines]


def play(messages: Iterable[Message], replay: Replay, tell: Callable[[int], None]) -> None:
    """Post all messages, the clock jumping between them, and tell after each how many are done."""
    with local_session() as session:
        for number, message in enumerate(messages, 1):
            replay.post(message, session)
            tell(number)


def live_through(messages: Sequence[Message], replay: Replay, until: datetime, tell: Callable[[int], None]) -> None:
    """Post all messages as ``play`` does, but let every minute between them and until a time pass as well."""
    with local_session() as session:
        for number, message in enumerate(messages, 1):
            replay.post(message, session)
            tell(number)
            replay.pass_time(message.at, messages[number].at if number < len(messages) else until, session)


def local_session() -> requests.Session:
    """Return a session that asks no proxy: nothing is to leave this machine."""
    session = requests.Session()
    session.trust_env = False
    return session


def _shifted(body: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    return body | {"alerts": [alert | dict(_times(alert, shift)) for alert in body["alerts"]]}


def _times(alert: dict[str, Any], shift: timedelta) -> Iterator[tuple[str, str]]:
    for name in ("startsAt", "endsAt"):
        if alert[name] != _ZERO:
            yield name, (datetime.fromisoformat(alert[name]) + shift).isoformat()
