"""The verifier of what a model wrote: a sentence passes where it can be read as one that its row makes true; pure.

A list of what is forbidden never ends, and true words still form false sentences; so what passes is what the rules of
``clauses`` and ``relations`` read from the first word to the last. The quoted text of an alert is no part of them, so
that a model which repeats or obeys it does not pass.
"""

import re
from collections.abc import Mapping, Sequence

from digest.model.clauses import group_sentence
from digest.model.grammar import Rule, tokens, unread
from digest.model.links import Link
from digest.model.relations import link_sentence
from digest.model.rows import Row

SHORTEST, LONGEST = 20, 240
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FEWEST_NEW_WORDS = 3
_EMPTY = {",", "the", "a", "an", "alert"}
_OVER = {"cleared", "recovered", "resolved", "stopped"}
_NOW = {"still", "is", "are", "firing", "fires", "fire", "keeps", "keep", "has", "have", "now", "remains"}
_CHANGE = {"rollout", "rollback", "update", "updated", "rolled", "change", "changed", "scaled", "scaling"}


def fault_of_group(text: str, row: Row) -> str:
    """Return what is wrong with a sentence about one group, in words for the model; empty where it passes."""
    return _fault_of_form(text, [row]) or _fault(text, group_sentence(row), [row]) or _echo(text, row)


def fault_of_link(text: str, link: Link, about: Sequence[Row]) -> str:
    """Return what is wrong with a sentence about linked groups, which must say that the link is only possible."""
    return _fault_of_form(text, about) or _fault(text, link_sentence(link, about), about)


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


def _fault_of_form(text: str, about: Sequence[Row]) -> str:
    if not SHORTEST <= len(text) <= LONGEST:
        return f"write one sentence of {SHORTEST} to {LONGEST} characters"
    if not text.isprintable() or not text.isascii():
        return "use plain letters"
    names = {name for row in about for name in (*row.about, row.alertname)}
    return "" if text[0].isupper() or text.split(maxsplit=1)[0] in names else "begin with a capital letter"


def _fault(text: str, rule: Rule, about: Sequence[Row]) -> str:
    """Return the first word that no reading of the sentence reaches beyond, and why where that is known."""
    told = tokens(text)
    place = unread(rule, told)
    if place is None:
        return ""
    if place >= len(told):
        return "the sentence ends too early"
    known = _reason({token.lower() for token in told[max(0, place - 1) : place + 2]}, about[0])
    return known or f"“{told[place][:30]}” cannot stand there, or is not in the row"


def _reason(words: set[str], row: Row) -> str:
    """Return what these words, where a sentence went wrong, get wrong; empty where that is not known."""
    if words & _OVER and row.state != "cleared":
        return "it has not cleared; do not say that it is over"
    if words & _NOW and row.state != "firing":
        return "it does not fire now; tell it in the past"
    return "the row has no change before it" if words & _CHANGE and not row.group.changes else ""


def _echo(text: str, row: Row) -> str:
    """Say where a sentence has hardly a word that the alert's name and text do not have."""
    alert = f"{row.alertname} {_CAMEL.sub(' ', row.alertname)} {row.group.summary}"
    new = set(tokens(text.lower())) - set(tokens(alert.lower())) - _EMPTY
    return "" if len(new) >= _FEWEST_NEW_WORDS else "do not repeat the alert; say what it means"
