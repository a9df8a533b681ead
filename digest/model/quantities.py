"""Numbers and durations of a sentence: each must stand for what a row counts or measures by it; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from digest.model.rows import Row

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_FIRED = frozenset({"fired", "fires", "fire", "firing", "alert", "alerts", "seen", "reported", "repeated"})
_ENDED = frozenset({"killed", "restarted", "ended", "crashed", "terminated", "exited", "evicted", "oomkilled"})
_TIMES = frozenset({"times", "occurrences", "occurrence", "episodes", "episode"})
_HOURS, _MINUTES = frozenset({"h", "hour", "hours"}), frozenset({"min", "minute", "minutes"})
_UNITS = _HOURS | _MINUTES | {"times"}
_LASTED = frozenset({"for", "lasted", "lasting", "about", "of"})
"""One of these stands before how long something fired."""
_APART = frozenset({"before", "after", "later"})
"""One of these stands after how long one thing came before the other."""


def number_of(token: str) -> int | None:
    """Return the number that a token is, in digits or as a word; None where it is none."""
    if token.isascii() and token.isdigit():
        return int(token)
    return _NUMBERS.get(token.lower())


def miscounted(told: Sequence[str], about: Iterable[Row]) -> str:
    """Return the first number that no row counts or measures by it, or a unit without a number; empty where none is."""
    words, rows, position = [token.lower() for token in told], list(about), 0
    while position < len(words):
        measured = _measured(words, position)
        if number_of(words[position]) is None:
            if words[position] in _UNITS:
                return told[position]
            position += 1
        elif measured:
            if not any(_lasts(measured, row) or _comes_apart(measured, row) for row in rows):
                return told[position]
            position = measured.end
        else:
            if not any(_counts(words, position, row) for row in rows):
                return told[position]
            position += 2
    return ""


@dataclass(frozen=True)
class _Measured:
    """A duration of a sentence in whole minutes, the words around it, and where it ends."""

    minutes: int
    before: str
    after: str
    end: int


def _measured(words: Sequence[str], start: int) -> _Measured | None:
    """Return the duration that begins at a place: hours, hours and minutes, or minutes."""
    hours, end = _amount(words, start, _HOURS)
    minutes, after = _amount(words, end + (words[end : end + 1] == ["and"] and hours is not None), _MINUTES)
    if minutes is not None:
        end = after
    if hours is None and minutes is None:
        return None
    before = words[start - 1] if start else ""
    return _Measured((hours or 0) * 60 + (minutes or 0), before, "".join(words[end : end + 1]), end)


def _amount(words: Sequence[str], at: int, units: frozenset[str]) -> tuple[int | None, int]:
    number = number_of(words[at]) if at + 1 < len(words) and words[at + 1] in units else None
    return number, at if number is None else at + 2


def _lasts(told: _Measured, row: Row) -> bool:
    lasted = told.before in _LASTED and told.after not in _APART
    return lasted and told.minutes == row.group.firing_seconds // 60


def _comes_apart(told: _Measured, row: Row) -> bool:
    apart = told.after in _APART and told.before not in _LASTED
    return apart and any(told.minutes == change.minutes_before for change in row.group.changes)


def _counts(words: Sequence[str], at: int, row: Row) -> bool:
    number, before, unit = number_of(words[at]), words[at - 1] if at else "", "".join(words[at + 1 : at + 2])
    return any(number == one and unit in units and before not in never_after for one, units, never_after in _all(row))


def _all(row: Row) -> Iterator[tuple[int, frozenset[str], frozenset[str]]]:
    """Yield what a row counts: the number, the words that follow it, and those that may not stand just before it."""
    group = row.group
    yield group.total_occurrences, _TIMES, _ENDED
    yield group.series_count, frozenset({"alerts", "alert"}), frozenset()
    if group.worst_state:
        yield group.worst_state.ends, frozenset({"times", "ends"}), _FIRED
