"""How much of the groups is kept one by one, which is bounded: spans of firing, and the newest episodes; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from digest.episode import Episode
from digest.facts import whole_second
from digest.health.model import Span
from digest.resources import ASKED_LABELS
from digest.rows import EpisodeRow, GroupRow, Key, SpanRow

MOST_DRAWN = 60
"""Groups, in the order of importance, of which it is kept when they fired."""
MOST_SPANS = 60
"""Spans of a group; beyond that those with the shortest breaks between them are joined."""
MOST_EPISODES, MOST_OF_GROUP = 1_000, 20
"""Episodes of all groups, in the order of importance, and of one group."""
_MOST_LABELS = 2


def drawn(told: Sequence[GroupRow]) -> tuple[Key, ...]:
    """Return the groups of which spans are kept; ``told`` is in the order of importance."""
    return tuple(row.key for row in told[:MOST_DRAWN])


def shares(told: Iterable[GroupRow]) -> dict[Key, int]:
    """Return how many episodes of each group are kept; groups without a share are left out."""
    left, result = MOST_EPISODES, {}
    for row in told:
        if share := min(MOST_OF_GROUP, row.occurrences, left):
            result[row.key] = share
            left -= share
    return result


def joined(key: Key, spans: Sequence[tuple[datetime, datetime]]) -> tuple[SpanRow, ...]:
    """Return the spans of a group, given in order and apart, at most ``MOST_SPANS``: the longest breaks stay."""
    breaks = sorted(range(1, len(spans)), key=lambda n: (spans[n - 1][1] - spans[n][0], spans[n]))
    first = [0, *sorted(breaks[: MOST_SPANS - 1])]
    parts = (spans[begin:end] for begin, end in zip(first, [*first[1:], len(spans)], strict=True))
    return tuple(SpanRow(key, part[0][0], part[-1][1], len(part) - 1) for part in parts if part)


def span_of(row: SpanRow) -> Span:
    """Return a span as the facts have it."""
    return Span(whole_second(row.start), whole_second(row.end))


def episodes_of(rows: Sequence[EpisodeRow], common: Mapping[str, str], naming: Iterable[str]) -> tuple[Episode, ...]:
    """Return episodes of a group, newest first, each with the labels that not all of its series share.

    ``common`` are the labels that they share; ``naming`` those that name the group.
    """
    known = {*common, *naming}
    return tuple(
        Episode(whole_second(row.start), whole_second(row.end) if row.end else None, row.state, _own(row, known))
        for row in rows
    )


def _own(row: EpisodeRow, known: set[str]) -> tuple[tuple[str, str], ...]:
    own = [(name, value) for name, value in row.labels.items() if name not in known and value]
    return tuple(sorted(own, key=rank)[:_MOST_LABELS])


def rank(label: tuple[str, str]) -> tuple[int, str]:
    """Order labels: those that name an affected object first."""
    name, _ = label
    return (ASKED_LABELS.index(name) if name in ASKED_LABELS else len(ASKED_LABELS), name)
