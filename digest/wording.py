"""Times, durations and counts in words, as every renderer prints them."""

from datetime import datetime
from zoneinfo import ZoneInfo

_MINUTE, _HOUR = 60, 3600
_MARKS = {"critical": "🔴", "warning": "🟠", "other": "🟣", "info": "🔵"}
_HIDDEN = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080)}


def clock(moment: datetime, zone: str) -> str:
    """Return the time of day in the zone: 04:12."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_clock(moment: datetime, zone: str) -> str:
    """Return day and time in the zone: Mon 23 Nov 08:00."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def span(start: datetime, end: datetime, zone: str) -> str:
    """Return a period with the name of its zone at the end."""
    return f"{day_clock(start, zone)} – {day_clock(end, zone)} {end.astimezone(ZoneInfo(zone)):%Z}"


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


def clean(text: str, longest: int = 120) -> str:
    """Return untrusted text on one line, without control, direction or invisible characters, and capped."""
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or _visible(char))
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def _visible(char: str) -> bool:
    return char.isprintable() and ord(char) not in _HIDDEN
