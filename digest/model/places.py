"""Where in a sentence a time or an image may stand: those of one row are not each other's; pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from digest.model.rows import Row

_TIME = re.compile(r"^\d\d:\d\d$")
_CHANGED = frozenset(
    {"rollout", "rollouts", "rolled", "rollback", "deployed", "released", "scaled", "changed", "updated"}
)
_ENDED = frozenset({"killed", "restarted", "ended", "crashed", "terminated", "exited", "evicted", "oomkilled", "last"})
_SINCE, _UNTIL = frozenset({"since", "from"}), frozenset({"until", "till"})
_NEAR = 4
"""How many words before a time say what it is the time of."""
_FIRST, _LAST, _CHANGES, _WORST = 6, 7, 11, 12
"""Cells of a row: its first and last time, its changes, its worst state."""


def misplaced(told: Sequence[str], about: Iterable[Row]) -> str:
    """Return what is wrong with the place of a time or an image in a sentence; empty where all stand right."""
    rows = list(about)
    for number, token in enumerate(told):
        before = [word.lower() for word in told[:number]]
        if _TIME.match(token) and token not in _allowed_times(before, rows):
            return f"{token} is not the time of that"
        if (fault := _direction(token, before[-1:], rows)) != "":
            return fault
    return ""


def _allowed_times(before: Sequence[str], rows: Sequence[Row]) -> set[str]:
    """Return the times that may stand after these words: of the nearest word that says what it is the time of."""
    for word in reversed(before[-_NEAR:]):
        if word in _CHANGED:
            return set(_times(rows, _CHANGES))
        if word in _ENDED:
            return set(_times(rows, _WORST, _LAST, _FIRST))
        if word in _UNTIL:
            return set(_times(rows, _LAST))
    if before and before[-1] in _SINCE:
        return set(_times(rows, _LAST if "news" in before else _FIRST))
    return set(_times(rows, _FIRST, _LAST, _WORST))


def _times(rows: Sequence[Row], *cells: int) -> Iterator[str]:
    for row in rows:
        for cell in cells:
            yield from re.findall(r"\d\d:\d\d", row.cells[cell])


def _direction(token: str, before: Sequence[str], rows: Sequence[Row]) -> str:
    """Say where an image stands after "to" that was there before, or after "from" that came."""
    for row in rows:
        for change in row.group.changes:
            old, new = _names(change.before), _names(change.after)
            if (before == ["to"] and token in old - new) or (before == ["from"] and token in new - old):
                return f"the change went from {change.before} to {change.after}"
    return ""


def _names(image: str) -> set[str]:
    return {image, image.rpartition(":")[2]}
