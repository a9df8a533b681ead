"""Times, durations and counts in words, as every renderer prints them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.facts import Group, Period

_MINUTE, _DAY = 60, timedelta(days=1)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_MARKS = {"critical": "🔴", "warning": "🟠", "other": "🟣", "info": "🔵"}
_HIDDEN = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080)}


@dataclass(frozen=True)
class Line:
    """One line: our own words, and the untrusted name that they are about (may be empty)."""

    name: str
    words: str


def clock(moment: datetime, period: Period) -> str:
    """Return the time of day in the period's zone: 04:12; with the weekday where the period is longer than a day."""
    form = "%H:%M" if period.end - period.start <= _DAY else "%a %H:%M"
    return moment.astimezone(ZoneInfo(period.timezone)).strftime(form)


def moment(at: datetime, period: Period) -> str:
    """Return the time of day of what lies in the period, else the day too."""
    inside = period.start <= at <= period.end
    return clock(at, period) if inside else day_clock(at, period.timezone)


def day_clock(moment: datetime, zone: str) -> str:
    """Return day and time in the zone: Mon 23 Nov 08:00."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def span(period: Period) -> str:
    """Return a period with its zone: once at the end, or twice where the clocks changed in it."""
    zone = ZoneInfo(period.timezone)
    first, last = (f"{moment.astimezone(zone):%Z}" for moment in (period.start, period.end))
    start = day_clock(period.start, period.timezone) + (f" {first}" if first != last else "")
    return f"{start} – {day_clock(period.end, period.timezone)} {last}"


def short_span(period: Period) -> str:
    """Return a period for a phone, the end by its weekday at most; with both zones where the clocks changed in it."""
    zone = ZoneInfo(period.timezone)
    start, end = (moment.astimezone(zone) for moment in (period.start, period.end))
    first = f" {start:%Z}" if f"{start:%Z}" != f"{end:%Z}" else ""
    day = "" if start.date() == end.date() else f"{end:%a} "
    return f"{start:%a %d %b %H:%M}{first} – {day}{end:%H:%M %Z}"


def duration(seconds: int) -> str:
    """Return a duration: 3 h 48 min, 12 min, less than a minute."""
    if seconds < _MINUTE:
        return "less than a minute"
    hours, minutes = divmod(seconds // _MINUTE, _MINUTE)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 alert, 2 alerts."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def mark(level: str) -> str:
    """Return the sign of a level; it never stands alone, since colour is not read by everybody."""
    return _MARKS[level]


def group_name(group: Group) -> str:
    """Return what a line about a group begins with: its sign, its alertname and its namespace."""
    name = " · ".join(part for part in (clean(group.alertname, 60), clean(group.namespace, 40)) if part)
    return f"{mark(group.level)} {name}"


def clean(text: str, longest: int = 120) -> str:
    """Return untrusted text on one line, without control, direction or invisible characters, and capped."""
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or _visible(char))
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else cut(shown, longest - 1).rstrip() + "…"


def names(values: Iterable[str], most: int = 3, longest: int = 40) -> str:
    """Return untrusted names in a list, each once: a, b, c and 2 more."""
    different = [clean(value, longest) for value in dict.fromkeys(values)]
    more = len(different) - most
    return ", ".join(different[:most]) + (f" and {more:,} more" if more > 0 else "")


def cut(text: str, length: int) -> str:
    """Return how a longer text begins; no accent or emoji is torn from what it belongs to."""
    while length and _joins(text[length]):
        length -= 1
    return text[:length]


def _joins(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Mc", "Me"} or ord(char) in _SKIN_TONES


def _visible(char: str) -> bool:
    return char.isprintable() and ord(char) not in _HIDDEN
