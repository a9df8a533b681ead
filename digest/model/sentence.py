"""The shape of a sentence, whatever its row says: no command, no certain link, no change but as what came before; pure.

True words still make a command ("Restart it"), a cause ("with the rollout") or a certainty out of a possible link.
"""

import re
from collections.abc import Callable, Sequence

from digest.model.vocabulary import word_set

Named = Callable[[str], bool]
"""Whether a token is a name that cannot be read as a word."""
_OPENINGS = word_set(
    "the a an this these it its there one both several after since at in on until between high two three four five six "
    "seven eight nine ten eleven twelve pods containers nodes alerts jobs volumes certificates replicas targets claims "
    "instances requests errors backups restarts crashes deployments node pod container deployment statefulset "
    "daemonset replicaset certificate volume workload namespace component memory cpu latency"
)
_COMMANDS = word_set(
    "fire limit target schedule queue delay fail crash change time group affect concern indicate exceed share link do "
    "be rollback rollout backup alert near image space state version revision job test"
)
"""Plain words that are commands where a part of a sentence begins with them."""
_PARTS = re.compile(r"[,;:]\s+|\b(?:and|or|but|then|also|while|just|only|so)\b\s*", re.IGNORECASE)
_SENTENCES = re.compile(r"[.:;]\s+")
_WORD = re.compile(r"[^\s,;!?()\"“”]+")
HEDGES = word_set("possibly possible perhaps may might probably probable likely")
_LINKING = word_set(
    "related belong belongs linked link share shares shared sharing story incident together same connected"
)
_CHANGES = word_set("rollout rollouts rollback revision revisions version versions image images change changes")
_PREPOSITIONS = word_set(
    "after before with since from by under on in of to for during at within between across near until about"
)
_AROUND_A_CHANGE = word_set("the a an to at of from in min minute minutes before new old next previous latest")
_SEEN = word_set("was were and shortly overnight which that where but")
_ACTS = word_set("affect affects affected affecting involve involves involved involving indicate indicates")
"""What no change is said to do: it would be a cause."""
_NEAR = 4
"""How many words before a change say how it is told."""


def fault_of_shape(text: str, told: Sequence[str], named: Named, *, link: bool) -> str:
    """Return what is wrong with the shape of a sentence, in words for the model; empty where it is right."""
    if not all(_opens(part, named) for part in _SENTENCES.split(text) if part):
        return "begin with The and what is affected"
    if _is_command(text):
        return "tell what is, ask for nothing"
    words = [token.lower() for token in told]
    hedges = [number for number, word in enumerate(words) if word in HEDGES]
    if hedges and not link:
        return "tell what the row says, without possibly"
    if any(_LINKING.isdisjoint(words[number + 1 : number + 3]) for number in hedges):
        return "write possibly related, and nothing else with possibly"
    return _fault_of_changes(words, named, frozenset({"with", "to"} if link else ()))


def _opens(part: str, named: Named) -> bool:
    first = _WORD.search(part)
    if first is None:
        return False
    token = first[0].strip(".:-'")
    return token.lower() in _OPENINGS or named(token) or named(token[:1].lower() + token[1:])


def _is_command(text: str) -> bool:
    firsts = (_WORD.search(part) for part in _PARTS.split(text))
    return any(first is not None and first[0].lower().strip(".") in _COMMANDS for first in firsts)


def _fault_of_changes(words: Sequence[str], named: Named, more: frozenset[str]) -> str:
    """Say where a change is told otherwise than as what came before."""
    if not (_CHANGES.isdisjoint(words) or _ACTS.isdisjoint(words)):
        return "a change only came before: never say what it did"
    for number, word in enumerate(words):
        if word not in _CHANGES:
            continue
        before = [one for one in words[max(0, number - _NEAR) : number] if one in _PREPOSITIONS]
        told = before[-1] if before else _subject(words[number + 1 :], named)
        if told not in {"after", "of", "to", ""} | more and not (told == "from" and "to" in words[number:]):
            return "a change came before: write after a rollout, or name the rollout and when it was"
    return ""


def _subject(rest: Sequence[str], named: Named) -> str:
    """Return the word that tells what a change did, empty where it only was."""
    around = (word for word in rest if word not in _AROUND_A_CHANGE and not word[:1].isdigit() and not named(word))
    word = next(around, "")
    return "" if word in _SEEN else word
