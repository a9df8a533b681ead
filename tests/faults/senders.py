"""Senders that behave as Alertmanager does: what is not acknowledged is sent again, and each count is kept."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count, cycle
from threading import Condition, Event
from typing import Any
from uuid import uuid4

import psycopg
import requests

from store.fingerprint import fingerprint
from tests.ingest_process import alert, webhook

START = "2026-07-01T20:00:00Z"
_PATIENCE_SECONDS = 10


class Load:
    """What the senders have sent so far: acknowledged fingerprints, and answers by status code or error."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self.answers: Counter[str] = Counter()
        self.longest: dict[str, float] = {}
        """The seconds that the slowest of each answer took."""
        self.name = uuid4().hex[:8]
        """A label of its alerts, so that no other load keeps them."""
        self._acknowledged: list[str] = []
        self._news, self.ended = Condition(), Event()

    @property
    def acknowledged(self) -> frozenset[str]:
        """The fingerprints of the alerts that were answered with 200."""
        with self._news:
            return frozenset(self._acknowledged)

    def note(self, answer: str, fingerprints: list[str], seconds: float) -> None:
        """Note an answer, which alerts it acknowledged, and how long it took."""
        with self._news:
            self.answers[answer] += 1
            self.longest[answer] = max(seconds, self.longest.get(answer, 0.0))
            self._acknowledged += fingerprints
            self._news.notify_all()

    def wait_for_more(self, alerts: int, seconds: float = 60) -> None:
        """Wait until that many more alerts are acknowledged than at this moment."""
        goal = len(self._acknowledged) + alerts
        self._wait(lambda: len(self._acknowledged) >= goal, seconds)

    def wait_for_answer(self, answer: str, more: int = 1, seconds: float = 60) -> None:
        """Wait until an answer, such as ``503`` or ``ConnectionError``, came that many times more."""
        goal = self.answers[answer] + more
        self._wait(lambda: self.answers[answer] >= goal, seconds)

    def _wait(self, reached: Callable[[], bool], seconds: float) -> None:
        with self._news:
            assert self._news.wait_for(reached, seconds), f"not so after {seconds} s: {dict(self.answers)}"

    @property
    def codes(self) -> set[str]:
        """The status codes that were answered; what is no answer at all is not among them."""
        return {answer for answer in self.answers if answer.isdigit()}

    def missing(self, database_url: str) -> frozenset[str]:
        """Return what was acknowledged and is not in the database."""
        return self.acknowledged - stored(database_url)


@contextmanager
def senders(*addresses: str, clients: int = 8, alerts: int = 1, token: str = "", both: bool = False) -> Iterator[Load]:
    """Post webhooks of that many alerts each, all different, until the block ends; each client to one address.

    With ``both`` a client goes to the next address with what one did not acknowledge.
    A webhook is sent again until it is answered with 200, or until the block ends; so at the end each client's last
    one may be kept without having been acknowledged.
    """
    load = Load()
    with ThreadPoolExecutor(clients) as pool:
        running = [
            pool.submit(_client, load, _in_order(addresses, client, both), client, alerts, token)
            for client in range(clients)
        ]
        try:
            yield load
        finally:
            load.ended.set()
    for one in running:
        one.result()


def told(database_url: str) -> int:
    """Return how many alerts the receivers have merged into episodes, each as often as it was kept."""
    with psycopg.connect(database_url) as conn:
        return int(conn.execute("SELECT coalesce(sum(deliveries), 0) FROM alerts").fetchall()[0][0])


def stored(database_url: str) -> frozenset[str]:
    """Return the fingerprints of the alerts in the database."""
    with psycopg.connect(database_url) as conn:
        return frozenset(row[0] for row in conn.execute("SELECT fingerprint FROM alerts"))


def _in_order(addresses: Sequence[str], client: int, both: bool) -> Sequence[str]:
    first = client % len(addresses)
    return [*addresses[first:], *addresses[:first]] if both else [addresses[first]]


def _client(load: Load, addresses: Sequence[str], client: int, alerts: int, token: str) -> None:
    with requests.Session() as session:
        if token:
            session.headers["Authorization"] = f"Bearer {token}"
        for number in count():
            some = [
                alert("Load", START, load=load.name, client=str(client), number=f"{number}.{one}")
                for one in range(alerts)
            ]
            if not _until_acknowledged(load, session, addresses, some):
                return


def _until_acknowledged(
    load: Load, session: requests.Session, addresses: Sequence[str], some: list[dict[str, Any]]
) -> bool:
    body, fingerprints = webhook(*some), [fingerprint(one["labels"]) for one in some]
    for address in cycle(addresses):
        if load.ended.is_set():
            return False
        begun = time.monotonic()
        answer = _answer(partial(session.post, f"{address}/api/v1/alerts", json=body, timeout=_PATIENCE_SECONDS))
        load.note(answer, fingerprints if answer == "200" else [], time.monotonic() - begun)
        if answer == "200":
            return True
    return False


def _answer(post: Callable[[], requests.Response]) -> str:
    try:
        return str(post().status_code)
    except requests.RequestException as error:
        return type(error).__name__
