"""What a person reads on a card that was posted."""

from collections.abc import Iterator


def words(post: object) -> str:
    """Return every text of a posted card, in its order, whether or not a line may end at each space."""
    return "\n".join(_texts(post)).replace("\u00a0", " ")


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
