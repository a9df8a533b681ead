"""Secrets out of the facts, at one boundary: before the prompt, the database and every renderer; pure.

A secret becomes ``token-1``, ``email-1`` …: the same secret the same word within one digest, so that what belongs
together still does. Forms: https://docs.github.com/en/code-security/secret-scanning (prefixes of tokens), RFC 7519
(JWT), RFC 3986 (userinfo).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
_LABEL = r"(?:[A-Z]?[a-z]+|[A-Z]+)"
_SPOKEN = rf"(?!(?-i:{_LABEL}{{1}})(?:[ ,.)]|$))(?!\d{{1,6}}(?:[ ,.)/%]|$))"
"""No single word or small number, as in "auth: 401 Unauthorized" or "token: expired"."""
_OF_PROSE = (
    r"(?!(?:not|is|was|has|no|failed|expired|expires|expiring|invalid|missing|wrong|incorrect|required|rotated|cannot"
    r"|could|does|unable|error|empty|unset|changed|too|about|must|authentication|mismatch|older|never|none|null|true|false)"
    r"(?:[ ,;)]|\.(?: |$)|$))"
)
"""What a message says of a password, and no password: "password: expired", "the password is wrong"."""
_QUOTED = r"""(?:\\?"(?P<quoted>(?:[^"\\]|\\(?!"[,}\s]).){1,500})\\?"|\\?'(?P<single>[^'\\]{1,500})\\?')"""
_HARD = rf"""(?:{_QUOTED}|(?P<value>[^\s"'<>]{{3,}}))"""
_LINE = rf"""(?:{_QUOTED}|(?P<value>[^"'\n]{{3,}}))"""
_SOFT = rf"""(?:{_QUOTED}|(?P<value>[^\s"'<>&,;]{{3,}}))"""
_LOGIN_WORDS = r"(?:password|passwd|passphrase|\bpwd|_pwd|\bpw|\bpass|_pass)"
_NAMES = (
    rf"(?:{_LOGIN_WORDS}|(?:client|app|shared|webhook|signing)[-_]?secret|secret[-_ ]?key|(?:api|access|private|account"
    r"|auth|encryption|signing|license|master|shared)[-_ ]?key|credentials?|\bcreds)"
)
_SOFT_NAMES = (
    r"(?:token|\bsecret|(?:\b|[_-])auth|(?:\b|[_-])session(?:[-_]?id)?|jsessionid|(?:\b|[_-])sig|signature"
    r"|(?<=[?&])key)"
)
"""Names that also begin a message, as in "auth: failed"; a bare "secret" mostly names an object of Kubernetes."""
_OBJECT = r"(?!(?-i:[a-z]+(?:-[a-z]+)*)(?:[ ,.)]|$))"
"""No name of lower-case words with hyphens, as in "secret: payments-tls"."""
_IS, _COLON = r"""\\?["']?\s?(?:=|%3D|\\u003d)\s?""", r"""\\?["']?\s?:\s*"""
_TOKENS = (
    r"gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|rt|ptt|dt|cbt)-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{20,}"
    r"|npm_\w{30,}|hf_\w{30,}|[sr]k_(?:live|test)_\w{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|hv[sbr]\.[\w-]{20,}|s\.\w{24}\b"
    r"|dckr_pat_[\w-]{20,}|dop_v1_\w{40,}|pypi-[\w-]{50,}|shpat_\w{20,}|glsa_\w{20,}|whsec_\w{20,}|dapi[0-9a-f]{32}"
    r"|GOCSPX-[\w-]{20,}|AGE-SECRET-KEY-1\w{20,}|\d{8,10}:AA[\w-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16}\b|AIza[\w-]{30,}"
    r"|ya29\.[\w-]{20,}|sk-(?=[\w-]{0,99}\d)(?:proj-|ant-|(?=[\w-]{0,99}[A-Z]))[\w-]{20,}"
)
_HOOKS = (
    r"(?i)(?:hooks\.slack\.com/|webhook\.office\.com/|discord(?:app)?\.com/api/webhooks/|api\.telegram\.org/bot"
    r"|events\.pagerduty\.com/integration/|/hooks/(?=\w{20}))(?P<value>[^\s\"'<>]+)"
)
_KEY_BLOCK = r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)"
_EQUALS = ("=", "%3d", r"\u003d")


@dataclass(frozen=True)
class Form:
    """One form of secrets, and what its words begin with (``kind``).

    A text without all of ``hints`` has none of it, in lower case; without any hint it must be looked for. A hint has no
    letter that stands for another where case is ignored (i, k and s do, https://docs.python.org/3/library/re.html).
    """

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def possible(self, lowered: str) -> bool:
        """Say whether a text, given in lower case, may have such a secret; far cheaper than looking for it."""
        return not self.hints or any(hint in lowered for hint in self.hints)


FORMS: tuple[Form, ...] = (
    Form("key", ("private key",), re.compile(_KEY_BLOCK, re.DOTALL)),
    Form("token", (":",), re.compile(rf"(?i)(?:authorization|(?:set-)?cookie){_COLON}{_OF_PROSE}{_LINE}")),
    Form("token", _EQUALS, re.compile(rf"(?i){_LOGIN_WORDS}{_IS}{_OF_PROSE}{_HARD}")),
    Form("token", (":",), re.compile(rf"(?i){_LOGIN_WORDS}{_COLON}{_OF_PROSE}{_HARD}")),
    Form("token", ("eyj",), re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")),
    Form("token", (), re.compile(rf"\b(?:{_TOKENS})")),
    Form("token", ("/",), re.compile(_HOOKS)),
    Form("token", ("//",), re.compile(r"(?<=//)[^\s\"'<>@/:]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s\"'<>]{1,200}(?=@)")),
    Form("token", ("//",), re.compile(r"(?<=//)(?!git@)[^\s\"'<>@/:]{1,200}(?=@)")),
    Form("token", ("bearer ",), re.compile(r"(?i:(?<=bearer ))(?=[^ ][^ ]{0,99}[\dA-Z=])[\w.~+/=-]{8,}")),
    Form("token", (" ",), re.compile(r"(?i:(?<=basic ))(?=[^ ][^ ]{0,99}[\dA-Z=])[A-Za-z0-9+/]{8,}=*(?![\w-])")),
    Form("token", (":", *_EQUALS), re.compile(rf"(?i){_NAMES}(?:{_IS}|{_COLON}){_OF_PROSE}{_HARD}")),
    Form("token", _EQUALS, re.compile(rf"(?i){_SOFT_NAMES}{_IS}{_OF_PROSE}(?!\d{{1,6}}\b){_SOFT}")),
    Form("token", (":",), re.compile(rf"(?i){_SOFT_NAMES}{_COLON}{_OF_PROSE}{_OBJECT}{_SPOKEN}{_SOFT}")),
    Form("token", ("--",), re.compile(
        rf"(?i)--(?:\w+-){{0,4}}(?:passw(?:or)?d|token|secret|(?:api-)?key)\s+(?!-){_SPOKEN}{_HARD}"
    )),
    Form("token", ("-u",), re.compile(r"(?i)\s(?:-u|--user)\s+[^\s:\"']{1,64}:(?P<value>[^\s\"']{3,})")),
    Form("token", ("word",), re.compile(rf"(?i)password\s+(?:(?:for \S+ )?(?:is|was|to)\s+)?{_OF_PROSE}{_QUOTED}")),
    Form("token", ("word",), re.compile(
        rf"(?i)password\s+(?:for \S+ )?(?:is|was|to)\s+{_OF_PROSE}(?P<value>[^\s\"']{{3,}})"
    )),
    Form("token", ("word ",), re.compile(r"(?<=PASSWORD )(?P<value>[^\s\"']{3,})")),
    Form("token", ('"', "'"), re.compile(rf"(?i)identified by\s+{_QUOTED}")),
    Form("email", ("@",), re.compile(r"\b(?!git@)[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}\b(?!:[\w/~])")),
    Form("token", (), re.compile(
        r"(?<![\w:/.+=-])(?=[\w+/]{0,40}\d)(?=[\w+/]{0,40}[A-Z])(?=[\w+/]{0,40}[a-z])[A-Za-z0-9+/]{40}(?![\w+/=.:-])"
    )),
    Form("token", (), re.compile(
        r"(?<![\w:/.-])(?=[\w+/-]*\d[A-Za-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])[A-Za-z0-9+_-]{40,}={0,2}(?![\w.])"
    )),
)  # fmt: skip
_SECRET_LABEL = re.compile(
    r"(?i).{0,60}(?:password|passwd|passphrase|token|cookie|authorization|(?:api|access|private)[-_]?key)"
)
"""Labels whose values are secrets; not ``secret``, which names an object of Kubernetes."""
LONGEST, _READ = 3072, 4096
"""What is kept of a text, in characters, where it is longer than what is read of it: nobody is shown more, and a night
of texts of a megabyte would take the morning. What is read beyond is for secrets that a cut would make unreadable."""
_WORD = re.compile(r"(?:token|key|email)-\d+")


class Redactor:
    """Replaces secrets, and gives the same secret the same word as long as it is used."""

    def __init__(self) -> None:
        """Know no secret yet."""
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """Return the text without its secrets, and of a very long one the beginning.

        Most texts of a night come again and again, so each is looked at once.
        """
        if text not in self._known:
            read = self._redacted(text[:_READ])
            self._known[text] = read if len(text) <= _READ else f"{read[:LONGEST]}…"
        return self._known[text]

    def _redacted(self, text: str) -> str:
        lowered = text.lower()
        for form in FORMS:
            if form.possible(lowered):
                text = form.pattern.sub(partial(self._replaced, form.kind), text)
        return text

    def _replaced(self, kind: str, match: re.Match[str]) -> str:
        secret = next(filter(None, match.groupdict().values()), match[0])
        if _WORD.fullmatch(secret):
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
    return isinstance(name, str) and isinstance(value, str) and bool(_SECRET_LABEL.fullmatch(name))
