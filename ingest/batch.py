"""Messages that are committed together, and the statements that they become; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ingest.payload import Episode, Message

CHUNK = 500
"""Episodes in one statement: keeps memory flat for storms of thousands."""
CHUNK_BYTES = 500_000
"""What so many take in a body, usually."""


@dataclass(frozen=True)
class Told:
    """One message, who told it and when it was received."""

    message: Message
    source: str
    received_at: datetime
    body_bytes: int = 0

    @property
    def size(self) -> int:
        """How many alerts the message has, those included that could not be read."""
        return len(self.message.episodes) + len(self.message.rejected)

    @property
    def statements(self) -> float:
        """How many full statements it is worth, by its alerts or by its bytes."""
        return max(self.size / CHUNK, self.body_bytes / CHUNK_BYTES)


@dataclass(frozen=True)
class Telling:
    """What one message has to say in one statement; ``number`` is its place in the batch."""

    number: int
    source: str
    received_at: datetime
    episodes: list[Episode]


_Row = tuple[int, Episode]


def chunks(batch: Sequence[Told]) -> Iterator[list[Telling]]:
    """Yield the episodes in chunks in which no key comes twice, since one statement cannot change a row twice.

    Equal ones of one message are told once. The keys come in order, chunk by chunk, so that two transactions do not
    lock each other out.
    """
    by_key: dict[tuple[str, str, datetime], list[_Row]] = {}
    for number, told in enumerate(batch):
        for episode in told.message.episodes:
            by_key.setdefault((told.source, episode.fingerprint, episode.starts_at), []).append((number, episode))
    layers: list[list[_Row]] = []
    for key in sorted(by_key):
        for depth, row in enumerate(_different(by_key[key])):
            if depth == len(layers):
                layers.append([])
            layers[depth].append(row)
    for layer in layers:
        for first in range(0, len(layer), CHUNK):
            yield _tellings(batch, layer[first : first + CHUNK])


def _different(rows: list[_Row]) -> list[_Row]:
    if len(rows) == 1:
        return rows
    return list({(number, msgspec.json.encode(episode)): (number, episode) for number, episode in rows}.values())


def _tellings(batch: Sequence[Told], rows: list[_Row]) -> list[Telling]:
    by_number: dict[int, list[Episode]] = {}
    for number, episode in rows:
        by_number.setdefault(number, []).append(episode)
    return [
        Telling(number, batch[number].source, batch[number].received_at, some) for number, some in by_number.items()
    ]
