"""The verifier of what a model wrote; pure.

A list of what is forbidden never ends; what is allowed does: words of a closed vocabulary, and the names, numbers and
times of the rows that a sentence is about. The quoted text of an alert allows nothing, so that a model which repeats or
obeys it does not pass.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from digest.model.evidence import unsupported
from digest.model.places import misplaced
from digest.model.rows import Count, Row, counts

SHORTEST, LONGEST = 20, 240
_TOKEN = re.compile(r"[^\s,;!?()\"“”]+")
_FORBIDDEN = re.compile(r"https?:|www\.|[@<>`*_\[\]{}|#$\\~^]|\.\.|//")
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12", "hundred": "100", "thousand": "1000",
}  # fmt: skip
_NEGATIONS = frozenset({"not", "no", "none", "nor", "without"})
_HEDGES = frozenset({"possibly", "possible", "perhaps", "may", "might", "probably", "likely"})
_CALMING = frozenset(
    {"ok", "okay", "fine", "healthy", "safe", "ignore", "ignored", "harmless", "expected", "normal", "false"}
)
"""What is never said, not even where something bears that name."""
_UNITS = frozenset({"min", "minute", "minutes", "h", "hour", "hours", "times"})
_FEWEST_NEW_WORDS = 3


def fault_of_group(text: str, row: Row) -> str:
    """Return what is wrong with a sentence about one group, in words for the model; empty where it passes."""
    return _fault(text, [row]) or _echo(_words(text), row)


def fault_of_link(text: str, about: Sequence[Row]) -> str:
    """Return what is wrong with a sentence about linked groups; it must say that the link is only possible."""
    hedged = _words(text) & _HEDGES
    return _fault(text, about) or ("" if hedged else "say possibly: a link is never certain")


def duplicates(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the keys whose text another key before them has too, with the fault."""
    seen: dict[tuple[str, ...], str] = {}
    faults = {}
    for key, text in texts.items():
        same = tuple(sorted(token.lower() for token in tokens(text)))
        if same in seen:
            faults[key] = f"it says the same as {seen[same]}"
        seen.setdefault(same, key)
    return faults


def tokens(text: str) -> list[str]:
    """Return the words, names, numbers and times of a sentence, without the signs around them."""
    stripped = (token.strip(".:-'") for token in _TOKEN.findall(text))
    return [token for token in stripped if token]


def _fault(text: str, about: Sequence[Row]) -> str:
    if not SHORTEST <= len(text) <= LONGEST:
        return f"write one sentence of {SHORTEST} to {LONGEST} characters"
    if not text.isprintable() or not text.isascii() or not text[0].isupper():
        return "use plain letters and begin with a capital one"
    if _FORBIDDEN.search(text):
        return "use no links, markup or signs of code"
    if any("NotReady" in row.words for row in about):
        text = text.replace("not ready", "unready")
    return _fault_of_words(text, about)


def _fault_of_words(text: str, about: Sequence[Row]) -> str:
    words, told = _words(text), tokens(text)
    strange = _strange(told, words, about)
    if strange:
        return f"“{strange[:30]}” is not in the row"
    if words & _NEGATIONS:
        return "say what is, without not, no or none"
    if any(unit.lower() in _UNITS and not _counted(before) for before, unit in zip(["", *told], told, strict=False)):
        return "say how many of it, as the row does"
    return unsupported(words, about) or misplaced(told, about)


def _strange(told: Sequence[str], words: set[str], about: Sequence[Row]) -> str:
    """Return the first token that the rows give no reason for, empty where there is none."""
    allowed = _allowed(about)
    unknown = next((token for token in told if not _known(token, allowed)), "")
    return unknown or _miscounted(told, about) or min(words & _CALMING, default="")


def _counted(token: str) -> bool:
    return _NUMBERS.get(token.lower(), token).isdigit()


def _known(token: str, allowed: frozenset[str]) -> bool:
    """Whether a token may stand in a sentence: a name or number of its rows, or a plain word."""
    if token in allowed:
        return True
    lower = token.lower()
    if lower in _NUMBERS:
        return _NUMBERS[lower] in allowed
    plain = token == lower or token == token.capitalize()
    return plain and all(part in vocabulary() for part in lower.split("-"))


def _miscounted(told: Sequence[str], about: Iterable[Row]) -> str:
    """Return the first number that does not stand before what the rows count or measure by it."""
    counted = [count for row in about for count in counts(row)]
    for before, token, after in zip(["", *told], told, [*told[1:], ""], strict=False):
        number = _NUMBERS.get(token.lower(), token)
        if number.isdigit() and not any(_fits(count, before.lower(), number, after.lower()) for count in counted):
            return token
    return ""


def _fits(count: Count, before: str, number: str, after: str) -> bool:
    return count.number == number and after in count.units and before not in count.never_after


def _allowed(about: Iterable[Row]) -> frozenset[str]:
    """Return the names, numbers and times of the rows, and the tags of images; not the keys, which no reader sees."""
    found = {token for row in about for cell in row.cells[1:] for token in tokens(cell)}
    return frozenset(found | {token.rpartition(":")[2] for token in found if "/" in token})


def _words(text: str) -> set[str]:
    return {part for token in tokens(text) for part in token.lower().split("-")}


def _echo(words: set[str], row: Row) -> str:
    """Say where a sentence has hardly a word that the alert's name and text do not have."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", row.group.alertname)
    known = {token.lower() for token in tokens(f"{apart} {row.group.summary}")}
    return "" if len(words - known) >= _FEWEST_NEW_WORDS else "do not repeat the alert; say what it means"


@cache
def vocabulary() -> frozenset[str]:
    """Return the plain words that a sentence may have."""
    text = (resources.files("digest.model") / "vocabulary.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
