"""What the database must hold after a soak, worked out from what the senders were told alone; pure.

Nothing here is taken from the receiver's code: it is the promise once more, in memory.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

REOPENED_AFTER = timedelta(minutes=2)
"""A firing message that much later than the last resolved one means that the same episode fires again."""

Key = tuple[str, datetime]
"""A fingerprint and a start: one episode."""


@dataclass(frozen=True)
class Telling:
    """One alert of a webhook."""

    fingerprint: str
    starts_at: datetime
    ends_at: datetime | None
    """None while it fires."""


@dataclass(frozen=True)
class Webhook:
    """One body and what is in it."""

    key: str
    """Its group key, which no other has; it stands in bodies that cannot be read as well."""
    body: bytes
    tellings: tuple[Telling, ...] = ()
    invalid: int = 0
    """How many alerts cannot be read; the whole body, where there are no tellings."""


@dataclass(frozen=True)
class Delivery:
    """A webhook that was acknowledged in the end: when its last attempt began and ended, and how many there were."""

    webhook: Webhook
    began: datetime
    ended: datetime
    attempts: int


@dataclass
class Bounds:
    """How often something may have been kept: what was answered counts once, what was not may have been kept too."""

    least: int = 0
    most: int = 0

    def add(self, each: int, attempts: int) -> None:
        """Count ``each`` for an acknowledged delivery that took so many attempts."""
        self.least += each
        self.most += each * attempts

    def hold(self, number: int) -> bool:
        """Whether a number is within them."""
        return self.least <= number <= self.most


@dataclass(slots=True)
class _Last:
    """Between which moments a message of a kind was last received, by the clock of this machine."""

    first: datetime
    last: datetime


class Episode:
    """One row as it must be."""

    __slots__ = ("deliveries", "ends_at", "fired", "resolved")

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.ends_at: datetime | None = None
        self.deliveries = Bounds()
        self.fired: _Last | None = None
        self.resolved: _Last | None = None

    def tell(self, telling: Telling, delivery: Delivery) -> None:
        """Take what one acknowledged message says."""
        self.deliveries.add(1, delivery.attempts)
        if telling.ends_at is None:
            self.fired = _later(self.fired, delivery)
        else:
            self.ends_at = max(self.ends_at or telling.ends_at, telling.ends_at)
            self.resolved = _later(self.resolved, delivery)

    def states(self) -> set[str]:
        """Return which states are right: both, where the moments of receipt are not known well enough."""
        if not self.resolved:
            return {"firing"}
        if not self.fired or self.fired.last <= self.resolved.first + REOPENED_AFTER:
            return {"resolved"}
        if self.fired.first > self.resolved.last + REOPENED_AFTER:
            return {"firing"}
        return {"firing", "resolved"}


class Model:
    """All that was acknowledged: episodes, and by the keys of webhooks what was quarantined and delivered."""

    def __init__(self) -> None:
        """Nothing was acknowledged yet."""
        self.episodes: dict[Key, Episode] = {}
        self.quarantined: dict[str, Bounds] = {}
        self.delivered: dict[str, Bounds] = {}
        self.counts: Counter[str] = Counter()

    def acknowledge(self, delivery: Delivery) -> None:
        """Take a delivery that was acknowledged: answered with 200, or with 400 where nothing could be read."""
        webhook, attempts = delivery.webhook, delivery.attempts
        for telling in webhook.tellings:
            key = (telling.fingerprint, telling.starts_at)
            self.episodes.setdefault(key, Episode()).tell(telling, delivery)
        if webhook.tellings:
            self.delivered.setdefault(webhook.key, Bounds()).add(1, attempts)
        if webhook.invalid:
            self.quarantined.setdefault(webhook.key, Bounds()).add(webhook.invalid, attempts)
        self.counts.update(webhooks=1, alerts=len(webhook.tellings), repeated=attempts - 1)


def _later(known: _Last | None, delivery: Delivery) -> _Last:
    if not known:
        return _Last(delivery.began, delivery.ended)
    return _Last(max(known.first, delivery.began), max(known.last, delivery.ended))
