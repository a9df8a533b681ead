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
_ANY_WORD = "(?!(?-i:[a-z]{1,14})(?![^ ]))"
_OF_PROSE = (
    r"(?!(?:not|is|was|has|no|failed|expired|expiring|invalid|missing|wrong|incorrect|required|rotated|cannot|could|does"
    r"|unable|error|empty|unset|changed|too|about|must)\b)"
)
"""What a message says of a secret, and no secret: "token: expired", "the password is wrong"."""
_VALUE = r"""(?:"(?P<quoted>[^"]{1,500})"|'(?P<single>[^']{1,500})'|(?P<value>[^\s"'&,;]{3,}))"""
_NAMES = (
    r"(?:password|passwd|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key|account[-_]?key|secret[-_]?key"
    r"|credentials?|\bpwd|_pwd|\bpass|_pass)"
)
_SOFT_NAMES = (
    r"(?:token|authorization|cookie|(?:\b|[_-])auth|(?:\b|[_-])session(?:[-_]?id)?|(?:\b|[_-])sig|signature|bearer)"
)
"""Names that also begin a message, as in "auth: failed"."""
_TOKENS = (
    r"gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|npm_\w{30,}|hf_\w{30,}"
    r"|[sr]k_(?:live|test)_\w{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{20,}|dckr_pat_[\w-]{20,}|dop_v1_\w{40,}"
    r"|pypi-[\w-]{50,}|shpat_\w{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}\b|AIza[\w-]{30,}|ya29\.[\w-]{20,}"
    r"|sk-(?=[\w-]{0,99}\d)(?=[\w-]{0,99}[A-Z])[\w-]{20,}"
)
_HOOKS = (
    r"(?i)(?:hooks\.slack\.com/|webhook\.office\.com/|discord(?:app)?\.com/api/webhooks/|api\.telegram\.org/bot)"
    r"(?P<value>[^\s\"'<>]+)"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("key", re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)", re.DOTALL
    )),
    ("token", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")),
    ("token", re.compile(rf"\b(?:{_TOKENS})")),
    ("token", re.compile(_HOOKS)),
    ("token", re.compile(r"(?<=://)[^\s\"'<>@/:]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s\"'<>]{1,200}(?=@)")),
    ("token", re.compile(r"(?<=://)(?!git@)[^\s\"'<>@/:]{1,200}(?=@)")),
    ("token", re.compile(r"(?i:(?<=bearer )|(?<=basic ))(?=[^ ][^ ]{0,99}[\dA-Z=])[\w.~+/=-]{8,}")),
    ("token", re.compile(rf"""(?i){_NAMES}["']?\s?=\s?{_VALUE}""")),
    ("token", re.compile(rf"""(?i){_NAMES}["']?\s?:\s*{_OF_PROSE}{_VALUE}""")),
    ("token", re.compile(rf"""(?i){_SOFT_NAMES}["']?\s?=\s?{_VALUE}""")),
    ("token", re.compile(rf"""(?i){_SOFT_NAMES}["']?\s?:\s*(?:(?:bearer|basic|token)\s+)?{_ANY_WORD}{_VALUE}""")),
    ("token", re.compile(rf"(?i)--(?:\w+-){{0,4}}(?:password|passwd|token|secret|api-?key|key)\s+(?!-){_VALUE}")),
    ("token", re.compile(rf"(?i)pass(?:word|wd|phrase)\s+(?:is|was)\s+{_OF_PROSE}{_VALUE}")),
    ("email", re.compile(r"\b(?!git@)[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b(?!:[\w/~])")),
    ("token", re.compile(
        r"(?<![\w:/.+=-])(?=[\w+/]{0,40}\d)(?=[\w+/]{0,40}[A-Z])(?=[\w+/]{0,40}[a-z])[A-Za-z0-9+/]{40}(?![\w+/=.:-])"
    )),
    ("token", re.compile(
        r"(?<![\w:/.-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[A-Za-z0-9+_-]{40,}={0,2}(?![\w.])"
    )),
)  # fmt: skip
_SECRET_NAME = re.compile(
    r"(?i).{0,60}(?:password|passwd|passphrase|token|cookie|authorization|(?:api|access|private)[-_]?key)"
)
"""The label ``secret`` is left out: it names an object of Kubernetes."""


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
        secret = next(filter(None, match.groupdict().values()), match[0])
        if any(word in secret for word in self._words.values()):
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
    if isinstance(value, tuple) and len(value) == 2 and _is_secret(*value):  # noqa: PLR2004 - a label: name, value
        return (value[0], change(f"secret={value[1]}").removeprefix("secret="))
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _mapped(getattr(value, field.name), change) for field in fields(value) if field.init}
        return replace(value, **changed)
    return value


def _is_secret(name: object, value: object) -> bool:
    return isinstance(name, str) and isinstance(value, str) and bool(_SECRET_NAME.fullmatch(name))
