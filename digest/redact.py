"""Secrets out of the facts, at one boundary: before the prompt, the database and every renderer; pure.

A secret becomes ``token-1``, ``email-1`` …: the same secret the same word within one digest, so that what belongs
together still does. Forms: https://docs.github.com/en/code-security/secret-scanning (prefixes of tokens), RFC 7519
(JWT), RFC 3986 (userinfo).
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
_WORDS = r"pass(?:word|wd|phrase)?|pwd|token|secret|api[-_]?key|access[-_]?key|auth(?:orization)?|credentials?|sig"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL)),
    ("token", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")),
    ("token", re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,})")),
    ("token", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bsk-[\w-]{20,}")),
    ("token", re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}|(?<=basic )[A-Za-z0-9+/]{12,}=*")),
    ("token", re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")),
    ("token", re.compile(rf"(?i)(?:(?<![a-z])(?:{_WORDS})[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s\"'&,;]{{4,}})")),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("token", re.compile(
        r"(?<![\w:/.-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[A-Za-z0-9+_-]{40,}={0,2}(?![\w.])"
    )),
)  # fmt: skip


class Redactor:
    """Replaces secrets, and gives the same secret the same word as long as it is used."""

    def __init__(self) -> None:
        """Know no secret yet."""
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        """Return the text without its secrets."""
        for kind, form in _FORMS:
            text = form.sub(lambda match, kind=kind: self._replaced(kind, match), text)  # type: ignore[misc]
        return text

    def _replaced(self, kind: str, match: re.Match[str]) -> str:
        secret = match.groupdict().get("value") or match[0]
        if secret in self._words.values():
            return match[0]
        if secret not in self._words:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._words[secret] = f"{kind}-{self._counts[kind]}"
        return match[0].replace(secret, self._words[secret])


def redact(value: T) -> T:
    """Return a tree of frozen dataclasses and tuples with every text in it redacted."""
    result: T = _mapped(value, Redactor())
    return result


def _mapped(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - a tree of any types
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _mapped(getattr(value, field.name), change) for field in fields(value) if field.init}
        return replace(value, **changed)
    return value
