"""What a card is made of."""

import json
from collections.abc import Iterator
from typing import Any


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a value of JSON, from the outside in."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def plain(card: object) -> str:
    """Return the JSON of a card as its words are read, whether or not a line may end at each space."""
    return spaced(json.dumps(card, ensure_ascii=False))


def spaced(words: str) -> str:
    """Return words with a plain space where no line may end."""
    return words.replace("\u00a0", " ")
