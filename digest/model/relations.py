"""The sentences that say of a candidate link that it may hold, and no more than that; pure."""

from collections.abc import Sequence

from digest.model.changes import change
from digest.model.grammar import Rule, either, maybe, name, phrase, seq, where
from digest.model.links import Link
from digest.model.rows import Row
from digest.model.subjects import alert, thing

_BELONG = ("belong", "belongs")
_HEDGED = (
    *(f"possibly {one} together" for one in _BELONG),
    *(f"{hedge} belong together" for hedge in ("may", "might")),
    *(f"{be} possibly {how}" for be in ("is", "are") for how in ("related", "linked", "connected")),
    *(f"{hedge} be {how}" for hedge in ("may", "might") for how in ("related", "linked", "connected")),
    "possibly share a story", "possibly shares a story", "may share a story", "possibly related", "possibly linked",
)  # fmt: skip
_ONE_STORY = (*_HEDGED, "possibly belong to one story", "may belong to one story", "are possibly one incident")


def link_sentence(link: Link, rows: Sequence[Row]) -> Rule:
    """Return the rule that reads every sentence which says that a link is possible.

    About two groups it has their alerts and what they share, and no number, time or state, which could be taken for
    those of the other.
    """
    return _with_change(rows[0]) if len(rows) == 1 else _with_each_other(link, rows[0], rows[1])


def _with_change(row: Row) -> Rule:
    ended = bool(row.group.worst_state and row.group.worst_state.ends)
    ends = where(ended, maybe(phrase("the")), phrase("restarts of", "crashes of", "kills of"), thing(row))
    return seq(either(ends, alert(row), thing(row)), phrase(*_HEDGED), phrase("with", "to"), change(row))


def _with_each_other(link: Link, one: Row, other: Row) -> Rule:
    first, second = (_alert(row) for row in (one, other))
    pair = either(seq(first, phrase("and"), second), seq(second, phrase("and"), first))
    some = seq(maybe(phrase("the", "both", "these", "two", "the two")), phrase("alerts"))
    where_ = maybe(_shared(link))
    apart = either(
        seq(first, where_, phrase(*_HEDGED), phrase("with", "to"), second),
        seq(second, where_, phrase(*_HEDGED), phrase("with", "to"), first),
    )
    together = seq(either(pair, seq(some, maybe(pair))), where_, phrase(*_ONE_STORY))
    return seq(either(together, apart), where_)


def _alert(row: Row) -> Rule:
    return seq(maybe(phrase("the", "a", "an")), maybe(phrase("alert")), name(row.alertname), maybe(phrase("alert")))


def _shared(link: Link) -> Rule:
    """Read what the two share: "on the same node worker-3", "in payments"."""
    kind = link.kind.removeprefix("same_")
    subject = name(link.subject, link.subject.rpartition("/")[2])
    return seq(
        maybe(phrase(",")), phrase("in", "on", "of"), maybe(phrase("the", "the same")), maybe(phrase(kind)), subject
    )
