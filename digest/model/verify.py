"""The verifier of what a model wrote; pure.

A list of what is forbidden never ends; what is allowed does: words of a closed vocabulary, and the names, numbers and
times of the rows that a sentence is about. The quoted text of an alert allows nothing, so that a model which repeats or
obeys it does not pass.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.model.evidence import unsupported
from digest.model.links import Link
from digest.model.places import misplaced
from digest.model.quantities import miscounted, number_of
from digest.model.rows import Row
from digest.model.sentence import HEDGES, fault_of_shape
from digest.model.vocabulary import vocabulary, word_set

SHORTEST, LONGEST = 20, 240
_TOKEN = re.compile(r"[^\s,;!?()\"“”]+")
_FORBIDDEN = re.compile(r"https?:|www\.|[@<>`*_\[\]{}|#$\\~^]|\.\.|//")
_NEGATIONS = word_set("not no none nor without")
_CALMING = word_set(
    "ok okay fine good well healthy safe stable ignore ignored harmless expected normal false alarm alarms nothing "
    "fixed solved"
)
"""What is never said, not even where something bears that name."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEFORE_A_NAME = word_set(
    "in of on for with the a an namespace node deployment statefulset daemonset pod container workload job cronjob "
    "component resource instance target volume claim alert"
)
"""One of these stands before a name that is a plain word, so that nobody reads the word."""
_LEVELS = word_set("critical warning info")
_FEWEST_NEW_WORDS = 3


@dataclass(frozen=True)
class _About:
    """What a sentence is about, and the names, numbers and times that it may have."""

    rows: tuple[Row, ...]
    allowed: frozenset[str]

    def named(self, token: str) -> bool:
        """Whether a token is a name that cannot be read as a word."""
        return token in self.allowed and not _is_plain(token)


def fault_of_group(text: str, row: Row) -> str:
    """Return what is wrong with a sentence about one group, in words for the model; empty where it passes."""
    return _fault(text, _About((row,), _names([row])), link=False) or _echo(_words(text), row)


def fault_of_link(text: str, link: Link, about: Sequence[Row]) -> str:
    """Return what is wrong with a sentence about a link, which must say that it is only possible.

    About two groups it may only name their alerts and what they share: numbers, times and names of both in one
    sentence could be taken for each other's.
    """
    if not _words(text) & HEDGES:
        return "say possibly: a link is never certain"
    if len(about) == 1:
        return _fault(text, _About(tuple(about), _names(about)), link=True)
    shared = [*tokens(link.subject), *link.subject.split("/"), *(row.group.alertname for row in about)]
    return _fault(text, _About(tuple(about), frozenset(shared)), link=True)


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


def _fault(text: str, about: _About, *, link: bool) -> str:
    if not SHORTEST <= len(text) <= LONGEST:
        return f"write one sentence of {SHORTEST} to {LONGEST} characters"
    if not text.isprintable() or not text.isascii() or _FORBIDDEN.search(text):
        return "use plain letters, no links, markup or signs of code"
    told = tokens(_without_negations(text, about.rows))
    if not text[0].isupper() and not about.named(told[0]):
        return "begin with a capital letter"
    return _fault_of_words(told, about) or fault_of_shape(text, told, about.named, link=link)


def _fault_of_words(told: Sequence[str], about: _About) -> str:
    words = _parts(told)
    strange = _strange(told, about) or miscounted(told, about.rows)
    if strange:
        return f"“{strange[:30]}” is not in the row"
    if words & _NEGATIONS:
        return "say what is, without not, no or none"
    return unsupported(words, about.rows) or misplaced(told, about.rows)


def _without_negations(text: str, about: Sequence[Row]) -> str:
    """Put the few ways in which "not" and "no" tell what a row says into words that say it straight."""
    text = re.sub(r"\b(?:is|are|was|were) no longer (?:firing|active|ongoing)\b", "has cleared", text)
    if any("NotReady" in row.words for row in about):
        text = text.replace("not ready", "unready")
    if all(row.state == "no news" for row in about):
        text = re.sub(r"(?i)\bno news\b", "news", text)
    return text


def _strange(told: Sequence[str], about: _About) -> str:
    """Return the first token that the rows give no reason for, empty where there is none."""
    for number, token in enumerate(told):
        calming = _CALMING & {part.lower() for part in re.split(r"[^A-Za-z]+", _CAMEL.sub(" ", token))}
        if calming or not _known(token, told[number - 1].lower() if number else "", about):
            return token
    return ""


def _known(token: str, before: str, about: _About) -> bool:
    """Whether a token may stand after another one: a name or number of its rows, or a plain word."""
    lower = token.lower()
    number = number_of(token)
    if number is not None:
        return str(number) in about.allowed
    if token in {lower, token.capitalize()} and all(part in vocabulary() for part in lower.split("-")):
        return True
    if token in about.allowed or (not before and token[:1].lower() + token[1:] in about.allowed):
        return not _is_plain(token) or lower in _LEVELS or before in _BEFORE_A_NAME
    return False


def _is_plain(token: str) -> bool:
    """Whether a token can be read as a word: letters alone, a capital at most at its beginning."""
    return token.isalpha() and token in {token.lower(), token.capitalize()}


def _names(about: Sequence[Row]) -> frozenset[str]:
    """Return the names, numbers and times of the rows, and the tags of images; not the keys, which no reader sees."""
    found = {token for row in about for cell in row.cells[1:] for token in tokens(cell)}
    return frozenset(found | {token.rpartition(":")[2] for token in found if "/" in token})


def _parts(told: Sequence[str]) -> set[str]:
    return {part for token in told for part in token.lower().split("-")}


def _words(text: str) -> set[str]:
    return _parts(tokens(text))


def _echo(words: set[str], row: Row) -> str:
    """Say where a sentence has hardly a word that the alert's name and text do not have."""
    known = {token.lower() for token in tokens(f"{_CAMEL.sub(' ', row.group.alertname)} {row.group.summary}")}
    return "" if len(words - known) >= _FEWEST_NEW_WORDS else "do not repeat the alert; say what it means"
