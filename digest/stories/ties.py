"""Ties between two groups, and what hangs together by them; pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from digest.stories.model import By
from digest.stories.signs import Sign

_STRENGTH = get_args(By)


@dataclass(frozen=True)
class Tie:
    """What two signs share; it holds both ways."""

    one: Sign
    other: Sign
    by: By
    subject: str


def together(signs: Sequence[Sign], ties: Iterable[Tie]) -> tuple[tuple[Sign, ...], ...]:
    """Return the parts that hang together by ties; each sign is in exactly one, parts and signs in the given order."""
    beside = neighbours(ties)
    parts, seen = [], set[int]()
    for sign in signs:
        if sign.number not in seen:
            part = {sign.number, *(tie.other.number for tie in paths(sign, beside))}
            parts.append(part)
            seen |= part
    by_number = {sign.number: sign for sign in signs}
    rank = {sign.number: place for place, sign in enumerate(signs)}
    return tuple(tuple(by_number[number] for number in sorted(part, key=rank.__getitem__)) for part in parts)


def neighbours(ties: Iterable[Tie]) -> dict[int, list[Tie]]:
    """Return the ties of each sign by its number, each seen from that sign as ``one``, the strongest first."""
    beside: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        beside[tie.one.number].append(tie)
        beside[tie.other.number].append(Tie(tie.other, tie.one, tie.by, tie.subject))
    for some in beside.values():
        some.sort(key=lambda tie: (_STRENGTH.index(tie.by), tie.other.order))
    return beside


def paths(start: Sign, beside: dict[int, list[Tie]]) -> Iterator[Tie]:
    """Yield a tie to each sign that can be reached, by the fewest steps; ``one`` is the step nearer to the start."""
    seen, waiting = {start.number}, deque([start])
    while waiting:
        for tie in beside.get(waiting.popleft().number, ()):
            if tie.other.number not in seen:
                seen.add(tie.other.number)
                waiting.append(tie.other)
                yield tie
