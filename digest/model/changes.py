"""Changes in a sentence: only as what came before, never as what did something; pure."""

from datetime import datetime

from digest.cluster.context import Change
from digest.model.grammar import Rule, either, maybe, name, phrase, seq
from digest.model.moments import span
from digest.model.rows import CHANGES_TOLD, Row
from digest.model.subjects import ARTICLE, workload

_KINDS = {
    "rollout": ("rollout", "update", "new rollout", "rollout of a new version", "image change", "change of image"),
    "rollback": ("rollback",),
    "scaling": ("scaling", "change of replicas", "change in replicas"),
}
_DONE = {
    "rollout": ("updated", "rolled out", "rolled", "changed", "deployed"),
    "rollback": ("rolled back",),
    "scaling": ("scaled",),
}


def change(row: Row, until: datetime | None = None) -> Rule:
    """Read a change of a row: "a rollout of payments-api to v1.2.4 at 23:48"; one before a time where that is given."""
    some = [one for one in _told(row) if until is None or one.at < until]
    return either(*(seq(_kind(row, one), _images(one), maybe(_dated(row, one))) for one in some))


def changed(row: Row) -> Rule:
    """Read a change as a clause of its own, which says when it was."""
    was = phrase("was seen", "was made", "was done", "happened", "was rolled out", "took place")
    return either(
        *(seq(_kind(row, one), _images(one), was, _dated(row, one)) for one in _told(row)),
        *(
            seq(workload(row), phrase("was", "were"), phrase(*_DONE[one.kind]), _images(one), _dated(row, one))
            for one in _told(row)
        ),
    )


def after_change(row: Row) -> Rule:
    """Read that the first firing came after a change, also how long after."""
    plain = seq(phrase("after", "shortly after", "following"), change(row))
    later = (
        seq(maybe(phrase("about")), span(one.minutes_before * 60), phrase("after"), _kind(row, one), _images(one))
        for one in _told(row)
    )
    return either(plain, *later)


def _told(row: Row) -> tuple[Change, ...]:
    return row.group.changes[:CHANGES_TOLD]


def _kind(row: Row, one: Change) -> Rule:
    return seq(ARTICLE, phrase(*_KINDS[one.kind]), maybe(phrase("of", "in", "for"), workload(row)))


def _images(one: Change) -> Rule:
    """Read from what to what, in this order."""
    before, after = (
        name(image, image.rpartition("/")[2], image.rpartition(":")[2]) for image in (one.before, one.after)
    )
    return seq(maybe(phrase("from"), before), maybe(phrase("to"), after))


def _dated(row: Row, one: Change) -> Rule:
    at = seq(phrase("at"), name(row.clock(one.at)))
    before = seq(
        maybe(phrase(",")), span(one.minutes_before * 60), phrase("before", "earlier", "before it", "before that")
    )
    return either(seq(at, maybe(before)), before)
