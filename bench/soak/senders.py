"""Senders that post what an author writes until it is acknowledged, some of it to both receivers at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue
from random import Random
from threading import Event, Lock, Thread

import requests

from bench.soak.author import Author
from bench.soak.model import Delivery, Model, Webhook

_WEBHOOKS_A_SECOND = 5.0
"""Of one sender, on average."""
_PATIENCE_SECONDS = 60
"""How long an answer is waited for; after the end, how long a webhook is still sent again."""
_PAUSE_SECONDS = 0.3
_TWICE, _ELSEWHERE = 0.1, 0.25
"""Shares of the webhooks that go to both receivers, and that go to the other one first."""


class Books:
    """What all senders know together, kept while they run."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self.model, self.given_up = Model(), 0
        self.answers: Counter[tuple[str, str]] = Counter()
        """How often each address gave each answer: a status code, or the name of an error."""
        self.alerts: Counter[str] = Counter()
        """How many alerts that can be read each address acknowledged."""
        self._lock = Lock()

    def answered(self, address: str, answer: str, webhook: Webhook) -> None:
        """Note an answer."""
        with self._lock:
            self.answers[address, answer] += 1
            if answer == "200":
                self.alerts[address] += len(webhook.tellings)

    def acknowledged(self, delivery: Delivery) -> None:
        """Note that a webhook was acknowledged."""
        with self._lock:
            self.model.acknowledge(delivery)

    def give_up(self) -> None:
        """Note that a webhook was never acknowledged."""
        with self._lock:
            self.given_up += 1


@contextmanager
def sending(addresses: Sequence[str], clients: int, seed: int) -> Iterator[Books]:
    """Run that many senders until the block ends; then each sends its last webhook until it is acknowledged."""
    books, ended = Books(), Event()
    peers: list[SimpleQueue[Webhook | None]] = [SimpleQueue() for _ in addresses]
    net = _Net(books, ended, tuple(addresses), tuple(peers), seed)
    threads = [Thread(target=_Sender(net, client).run) for client in range(clients)]
    repeating = [Thread(target=_Sender(net, number).repeat, args=(queue,)) for number, queue in enumerate(peers)]
    for thread in (*threads, *repeating):
        thread.start()
    try:
        yield books
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        for queue in peers:
            queue.put(None)
        for thread in repeating:
            thread.join()


@dataclass(frozen=True)
class _Net:
    """What the senders share; ``peers`` has for each address the queue of what is to go there as well."""

    books: Books
    ended: Event
    addresses: tuple[str, ...]
    peers: tuple["SimpleQueue[Webhook | None]", ...]
    seed: int


class _Sender:
    """One client with a connection of its own to each receiver."""

    def __init__(self, net: _Net, number: int) -> None:
        self._books, self._ended, self._addresses, self._peers = net.books, net.ended, net.addresses, net.peers
        self._number, self._author = number, Author(f"{number:04x}", net.seed)
        self._chance = Random(f"{net.seed} pace {number}")
        self._session = requests.Session()
        self._session.trust_env = False

    def run(self) -> None:
        """Write and post until the end."""
        while not self._ended.wait(self._chance.expovariate(_WEBHOOKS_A_SECOND)):
            webhook = self._author.write(datetime.now(UTC))
            first = self._number + (self._chance.random() < _ELSEWHERE)
            if self._chance.random() < _TWICE:
                self._peers[(first + 1) % len(self._peers)].put(webhook)
            self._deliver(webhook, first)

    def repeat(self, queue: "SimpleQueue[Webhook | None]") -> None:
        """Post what another sender posts to the other receiver, as the second of two Alertmanagers does."""
        while (webhook := queue.get()) is not None:
            self._deliver(webhook, self._number)

    def _deliver(self, webhook: Webhook, first: int) -> None:
        wanted, attempts, patience = "200" if webhook.tellings else "400", 0, _PATIENCE_SECONDS / _PAUSE_SECONDS
        while patience > 0:
            address = self._addresses[(first + attempts) % len(self._addresses)]
            began, answer = datetime.now(UTC), self._post(address, webhook)
            attempts += 1
            self._books.answered(address, answer, webhook)
            if answer == wanted:
                self._books.acknowledged(Delivery(webhook, began, datetime.now(UTC), attempts))
                return
            patience -= self._ended.is_set()
            Event().wait(self._chance.uniform(0, 2 * _PAUSE_SECONDS))
        self._books.give_up()

    def _post(self, address: str, webhook: Webhook) -> str:
        try:
            answer = self._session.post(f"{address}/api/v1/alerts", data=webhook.body, timeout=_PATIENCE_SECONDS)
        except requests.RequestException as error:
            return type(error).__name__
        return str(answer.status_code)
