"""Settings as environment variables: each declared once, all read and checked together.

A secret may come as ``NAME`` or, for a mounted file, as ``NAME_FILE``. An empty variable counts as unset, since
a chart cannot always leave one out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from store.errors import SettingsError

T = TypeVar("T")
_SERVICE_LINK = re.compile(r"^(tcp|udp|sctp)://")
_NUMBER = re.compile(r"^-?\d{1,18}$")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: its variable, what reads it, and what its documentation and its error messages say."""

    name: str
    """The environment variable."""
    parse: Callable[[str], T]
    """Turns the text into the value; raises ValueError with what is expected, to follow "must be"."""
    meaning: str
    """One sentence for the table of settings."""
    chart: str
    """The path of the value in the chart that sets it."""
    example: str
    """A value that works."""
    default: str | None = None
    """The text used where the variable is unset; None makes the setting required."""
    secret: bool = False
    """Whether the value must never be printed; only secrets are also read from ``NAME_FILE``."""


class Reader:
    """Reads settings from an environment and keeps every problem until ``finish``."""

    def __init__(self, environ: Mapping[str, str], options: Mapping[str, str] | None = None) -> None:
        """Read from ``environ``; nothing else of the process is looked at except the files that it names.

        ``options`` has the option's name for each variable whose value came from the command line.
        """
        self._environ = environ
        self._options = options or {}
        self.problems: list[str] = []

    def read(self, setting: Setting[T]) -> T:
        """Return the value; where there is a problem, note it: the value is then not to be used."""
        try:
            return setting.parse(self._text(setting))
        except ValueError as error:
            self.refuse(setting, str(error))
            return cast("T", None)

    def refuse(self, setting: Setting[Any], why: str) -> None:
        """Note a problem of a setting, with where it is set; ``why`` follows its name."""
        self.problems.append(f"{self.name(setting)} {why}{self._hint(setting)}")

    def name(self, setting: Setting[Any]) -> str:
        """Return what a message calls a setting: the option where one was given, else the variable."""
        return self._options.get(setting.name, setting.name)

    def finish(self) -> None:
        """Raise SettingsError with all problems, if there are any."""
        if self.problems:
            raise SettingsError(self.problems)

    def _text(self, setting: Setting[T]) -> str:
        text = self._environ.get(setting.name, "")
        file = self._environ.get(f"{setting.name}_FILE", "") if setting.secret else ""
        if text and file:
            raise ValueError(f"and {setting.name}_FILE are both set; keep one")
        if file:
            text = _content(setting.name, file)
        if not text and setting.default is None:
            raise ValueError("is not set")
        return text or (setting.default or "")

    def _hint(self, setting: Setting[Any]) -> str:
        if setting.name in self._options:
            return f"; for example {self.name(setting)} {setting.example}"
        return f" (chart value {setting.chart}; for example {setting.name}={setting.example})"


def _content(name: str, file: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ValueError(f"cannot be read from {name}_FILE={file}: {reason}") from None
    if not text:
        raise ValueError(f"cannot be read from {name}_FILE={file}: the file is empty")
    return text


def text(value: str) -> str:
    """Take any text as it is."""
    return value


def readable_file(value: str) -> str:
    """Take the path of a file that can be read."""
    try:
        with Path(value).open("rb"):
            return value
    except OSError as error:
        raise ValueError(f"must be the path of a file that can be read: {value}: {error.strerror}") from None


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    """Take a whole number between the two bounds, both allowed."""

    def parse(value: str) -> int:
        if _SERVICE_LINK.match(value):
            raise ValueError(
                f"is {value!r}: Kubernetes set it for a Service of that name; "
                "set enableServiceLinks: false on the pod or rename the Service"
            )
        if not _NUMBER.match(value) or not minimum <= int(value) <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}, not {value!r}")
        return int(value)

    return parse


def flag(value: str) -> bool:
    """Take true or false, also as yes, no, on, off, 1, 0."""
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if value.lower() not in words:
        raise ValueError(f"must be true or false, not {value!r}")
    return words[value.lower()]


def choice(*allowed: str) -> Callable[[str], str]:
    """Take one of the words, in any case; return it as given here."""

    def parse(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
        return value.lower()

    return parse


def words(value: str) -> tuple[str, ...]:
    """Take a list with commas; blanks around the words and empty words are dropped."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def local_time(value: str) -> time:
    """Take a time of day, HH:MM."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value)
    if not match:
        raise ValueError(f"must be a time of day as HH:MM, not {value!r}")
    return time(int(match[1]), int(match[2]))


def zone(value: str) -> ZoneInfo:
    """Take the name of an IANA time zone."""
    if value not in available_timezones():
        raise ValueError(f"must be the name of an IANA time zone, not {value!r}")
    return ZoneInfo(value)


def url(*schemes: str) -> Callable[[str], str]:
    """Take an absolute URL of one of the schemes; it may be a secret and is never repeated in the message."""

    def parse(value: str) -> str:
        if any(char.isspace() for char in value):
            raise ValueError("must be a URL without a space or a line break, which a Secret made with echo ends with")
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError(f"must be a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value

    return parse


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Take what ``parse`` takes, or nothing, which gives None."""
    return lambda value: parse(value) if value else None
