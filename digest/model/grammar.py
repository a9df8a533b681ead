"""Reading a sentence by rules: a rule says where it may end when it begins at a token; pure.

Sets of ends instead of one end make every way of reading a sentence count, at a cost that grows with its length and no
faster.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[,;]|[^\s,;]+")
_END = re.compile(r"[.!]$")


@dataclass
class Text:
    """A sentence in tokens; ``furthest`` is the first that no rule could read yet."""

    tokens: tuple[str, ...]
    furthest: int = 0
    known: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    """The ends of rules that were tried already, by rule and beginning."""


Rule = Callable[[Text, int], frozenset[int]]
NOWHERE: frozenset[int] = frozenset()
NOTHING: Rule = lambda _text, _start: NOWHERE  # noqa: E731 - a rule like the others
"""The rule that reads no sentence."""


def tokens(sentence: str) -> tuple[str, ...]:
    """Return the words and commas of a sentence, without the stop at its end."""
    return tuple(_TOKEN.findall(_END.sub("", sentence.strip())))


def unread(rule: Rule, told: tuple[str, ...]) -> int | None:
    """Return the place of the first token that no reading reaches; their number where they end too early; or None."""
    text = Text(told)
    return None if len(told) in rule(text, 0) else text.furthest


def phrase(*phrases: str) -> Rule:
    """Read one of some phrases, in any case."""
    return _one_of([tuple(one.split()) for one in phrases], str.lower)


def name(*names: str) -> Rule:
    """Read one of some names exactly; at the beginning of a sentence also with a capital letter."""
    wanted = [tuple(one.split()) for one in names if one]
    exact, opening = _one_of(wanted, str), _one_of([(_capital(one[0]), *one[1:]) for one in wanted], str)
    return lambda text, start: exact(text, start) | (NOWHERE if start else opening(text, start))


def seq(*rules: Rule) -> Rule:
    """Read all rules one after the other."""

    def read(text: Text, start: int) -> frozenset[int]:
        ends = frozenset({start})
        for rule in rules:
            ends = frozenset(end for begin in ends for end in rule(text, begin))
        return ends

    return _remembered(read)


def either(*rules: Rule) -> Rule:
    """Read one of the rules; none where there are none."""
    return _remembered(lambda text, start: NOWHERE.union(*(rule(text, start) for rule in rules)))


def maybe(*rules: Rule) -> Rule:
    """Read all rules one after the other, or nothing."""
    inner = seq(*rules)
    return lambda text, start: inner(text, start) | {start}


def many(rule: Rule) -> Rule:
    """Read a rule any number of times."""

    def read(text: Text, start: int) -> frozenset[int]:
        ends, fresh = {start}, {start}
        while fresh:
            fresh = {end for begin in fresh for end in rule(text, begin)} - ends
            ends |= fresh
        return frozenset(ends)

    return _remembered(read)


def where(holds: object, *rules: Rule) -> Rule:
    """Read all rules one after the other where something holds, else nothing at all."""
    return seq(*rules) if holds else NOTHING


def _one_of(wanted: Iterable[tuple[str, ...]], form: Callable[[str], str]) -> Rule:
    choices = frozenset(wanted)
    beginnings = frozenset(one[:length] for one in choices for length in range(1, len(one) + 1))

    def read(text: Text, start: int) -> frozenset[int]:
        ends, told = set(), tuple[str, ...]()
        for end, token in enumerate(text.tokens[start:], start + 1):
            told = (*told, form(token))
            if told not in beginnings:
                break
            text.furthest = max(text.furthest, end)
            if told in choices:
                ends.add(end)
        return frozenset(ends)

    return read


def _remembered(read: Rule) -> Rule:
    def again(text: Text, start: int) -> frozenset[int]:
        key = (id(again), start)
        if key not in text.known:
            text.known[key] = read(text, start)
        return text.known[key]

    return again


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
