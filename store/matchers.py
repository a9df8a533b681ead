"""Matchers in Alertmanager's syntax: ``alertname="Foo",namespace=~"dev-.*"``; several sets part with ``;``.

Syntax: https://prometheus.io/docs/alerting/latest/configuration/#matcher; a label that is absent counts as empty,
and regular expressions, in Python's syntax, match the whole value.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_MATCHER = re.compile(
    r"""\s*(?P<name>[^\s=!~,;"{}]+)\s*(?P<op>=~|!~|!=|=)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s",;{}]*))\s*"""
)


@dataclass(frozen=True)
class Matcher:
    """One condition on one label; ``op`` is one of ``=``, ``!=``, ``=~``, ``!~``."""

    name: str
    op: str
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet the condition."""
        value = labels.get(self.name, "")
        met = bool(_compiled(self.value).fullmatch(value)) if "~" in self.op else value == self.value
        return met != self.op.startswith("!")


@lru_cache(maxsize=10_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


MatcherSet = tuple[Matcher, ...]
"""All of its matchers must hold."""


def any_matches(sets: Iterable[MatcherSet], labels: Mapping[str, str]) -> bool:
    """Whether the labels meet all matchers of at least one set."""
    return any(all(matcher.matches(labels) for matcher in one) for one in sets)


def label_names(sets: Iterable[MatcherSet]) -> list[str]:
    """Return the names of the labels that the matchers ask for, each once, in order."""
    return sorted({matcher.name for one in sets for matcher in one})


def parse_matchers(value: str) -> tuple[MatcherSet, ...]:
    """Take matcher sets; an alert matches where any set does. Raises ValueError with what is expected."""
    sets, current, position = [], [], 0
    while position < len(value) and value.strip():
        match = _MATCHER.match(value, position)
        if not match:
            raise ValueError(f'must be matchers such as alertname="Foo",severity=~"info|none", not {value!r}')
        current.append(_matcher(match))
        position = match.end()
        separator = value[position : position + 1]
        if separator not in {"", ",", ";"}:
            raise ValueError(f"has {separator!r} where a comma or a semicolon must part two matchers")
        if separator != ",":
            sets.append(tuple(current))
            current = []
        position += 1
    if current:
        sets.append(tuple(current))
    return tuple(sets)


def checked(matcher: Matcher) -> Matcher:
    """Return the matcher; raises ValueError where its regular expression is none."""
    if "~" in matcher.op:
        try:
            re.compile(matcher.value)
        except (re.error, RecursionError) as error:
            raise ValueError(f"has a regular expression that is none: {matcher.value!r} ({error})") from None
    return matcher


def _matcher(match: re.Match[str]) -> Matcher:
    quoted = match["quoted"]
    return checked(
        Matcher(match["name"], match["op"], json.loads(f'"{quoted}"') if quoted is not None else match["bare"])
    )
