"""Sets of words: the closed vocabulary of a sentence, and smaller ones."""

from functools import cache
from importlib import resources


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, parted by blanks."""
    return frozenset(text.split())


@cache
def vocabulary() -> frozenset[str]:
    """Return the plain words that a sentence may have; ``vocabulary.txt`` says by what rule."""
    text = (resources.files("digest.model") / "vocabulary.txt").read_text(encoding="utf-8")
    return word_set("\n".join(line for line in text.splitlines() if not line.startswith("#")))
