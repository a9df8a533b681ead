"""Arithmetic of minutes; pure. A minute is its number since 1970 in UTC, a range ``(first, end)`` is half open."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median_low

from digest.health.model import Absence, Span

Range = tuple[int, int]

LEAST_MINUTES = 2
"""Whole minutes away that are told: a process that starts again within two is a restart and no outage."""
MOST_SPANS = 3
"""Spans of one thing that are told; of the others only the number."""
LONGEST_DISTANCE = 2.5
"""How many usual distances without a heartbeat are a gap: one that was lost is none, two in a row are one."""
FEWEST_DISTANCES = 2
"""Fewer distances do not tell what is usual."""
_MINUTE = 60


def minute_of(moment: datetime) -> int:
    """Return the minute that a time lies in."""
    return int(moment.timestamp() // _MINUTE)


def whole_minutes(start: datetime, end: datetime) -> Range:
    """Return the minutes that lie wholly between two times; empty ranges have their end at their first."""
    first = -int(-start.timestamp() // _MINUTE)
    return first, max(first, minute_of(end))


def missing(present: Iterable[Range], within: Range) -> list[Range]:
    """Return what of ``within`` no range covers; the ranges may overlap and come in any order."""
    result, reached = [], within[0]
    for first, end in sorted(present):
        if min(first, within[1]) > reached:
            result.append((reached, min(first, within[1])))
        reached = max(reached, end)
        if reached >= within[1]:
            return result
    return [*result, (reached, within[1])] if reached < within[1] else result


def rhythm(beats: Iterable[int], within: Range) -> tuple[int | None, list[Range]]:
    """Return the usual distance of the minutes of a heartbeat, and the gaps between them inside ``within``.

    The usual distance is the median (the lower of two) of all that are given, also from before ``within``; None where
    there are too few. A gap runs from one beat to the next, or from the last one to the end.
    """
    told = sorted({beat for beat in beats if beat <= within[1]})
    distances = [after - before for before, after in pairwise(told)]
    if len(distances) < FEWEST_DISTANCES:
        return None, []
    usual = median_low(distances)
    longest = max(LONGEST_DISTANCE * usual, LEAST_MINUTES)
    gaps = [pair for pair in pairwise([*told, within[1]]) if pair[1] - pair[0] > longest]
    return usual, [(max(first, within[0]), end) for first, end in gaps if end > within[0]]


def spans(ranges: Iterable[Range], least: int = LEAST_MINUTES) -> tuple[Span, ...]:
    """Return the ranges of at least ``least`` minutes as times, in their order."""
    return tuple(Span(_moment(first), _moment(end)) for first, end in sorted(ranges) if end - first >= least)


def absence(ranges: Iterable[Range], least: int = LEAST_MINUTES) -> Absence:
    """Return the ranges of at least ``least`` minutes as times: the longest, the number of the others, the sum."""
    away = [one for one in ranges if one[1] - one[0] >= least]
    longest = sorted(away, key=lambda one: (one[0] - one[1], one[0]))[:MOST_SPANS]
    told = spans(longest, least)
    return Absence(told, len(away) - len(told), _MINUTE * sum(end - first for first, end in away))


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * _MINUTE, UTC)
