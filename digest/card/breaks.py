"""Where a line may end and which way it is read, for a card that is as narrow as a phone; pure.

A sign stays with what it stands before, a dot or an arrow with what it follows: none is alone at the end of a line.
What is written from right to left keeps to itself (UAX #9, isolates): beside an Arabic or Hebrew name the numbers of
ours would else be read as part of it. In a window Teams for the web breaks no word of a run, however long it is, and
cuts off what sticks out: such a word may break at places that are not seen.
"""

import re
import unicodedata
from collections.abc import Iterator

from digest.wording import cut

_BOUND = "\u00a0"
_SIGN = re.compile(r"(?<!\S)([🔴🟠🟣🔵⚠✎]) ")
_PARTS = re.compile(r"(\s*[·–,;:()→]\s*)")
_WIDE = 70
"""As many characters as are narrower than a window, whatever they are."""
_LONG = re.compile(rf"\S{{{_WIDE + 1},}}")
_UNSEEN_BREAK = "\u200b"
_FIRST_STRONG_ISOLATE, _POP = "\u2068", "\u2069"


def unbroken(words: str) -> str:
    """Return a few words that stay on one line."""
    return words.replace(" ", _BOUND)


def bound(words: str) -> str:
    """Return words in which no line begins with a dot or an arrow, or ends behind a sign."""
    words = words.replace(" · ", f"{_BOUND}· ").replace(" → ", f"{_BOUND}→ ")
    return breakable(_SIGN.sub(rf"\1{_BOUND}", words))


def breakable(words: str) -> str:
    """Return words of which even the longest fits into a window."""
    return _LONG.sub(lambda word: _UNSEEN_BREAK.join(_pieces(word[0])), words)


def _pieces(word: str) -> Iterator[str]:
    while len(word) > _WIDE:
        piece = cut(word, _WIDE) or word[:_WIDE]
        yield piece
        word = word[len(piece) :]
    yield word


def isolated(text: str) -> str:
    """Return a text that is all of one hand, kept to itself where any of it is written from right to left."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP}" if _leftward(text) else text


def isolated_names(words: str) -> str:
    """Return words of ours in which each name that is written from right to left is kept to itself."""
    return "".join(map(_isolated_words, _PARTS.split(words))) if _leftward(words) else words


def _isolated_words(part: str) -> str:
    words = part.split(" ")
    theirs = [number for number, word in enumerate(words) if _leftward(word)]
    if not theirs:
        return part
    first, end = theirs[0], theirs[-1] + 1
    return " ".join((*words[:first], isolated(" ".join(words[first:end])), *words[end:]))


def _leftward(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)
