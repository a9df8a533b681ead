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


class Row(Episode, frozen=True, gc=False):
    """What one message says of an episode, as the statement reads it; ``number`` is its place in the batch."""

    number: int


def chunks(batch: Sequence[Told]) -> Iterator[list[Row]]:
    """Yield the episodes in chunks in which no key comes twice, since one statement cannot change a row twice.

    Equal ones of one message are told once. The keys come in order, chunk by chunk, so that two transactions do not
    lock each other out.
    """
    by_key: dict[tuple[str, str, datetime], list[Row]] = {}
    for number, told in enumerate(batch):
        for one in told.message.episodes:
            row = Row(
                one.fingerprint, one.labels, one.annotations, one.starts_at, one.ends_at, one.generator_url, number
            )
            by_key.setdefault((told.source, one.fingerprint, one.starts_at), []).append(row)
    layers: list[list[Row]] = []
    for key in sorted(by_key):
        for depth, row in enumerate(_different(by_key[key])):
            if depth == len(layers):
                layers.append([])
            layers[depth].append(row)
    for layer in layers:
        for first in range(0, len(layer), CHUNK):
            yield layer[first : first + CHUNK]


def _different(rows: list[Row]) -> list[Row]:
    return rows if len(rows) == 1 else list({msgspec.json.encode(row): row for row in rows}.values())
