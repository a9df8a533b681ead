"""The sentences that one row makes true, as rules: a subject, what it did, since when; pure.

A closed vocabulary is not enough, since true words also form false sentences, commands and causes. Here every part of a
sentence is read in its place, and a rule for what the row does not say does not exist.
"""

from functools import lru_cache

from digest.model import nouns
from digest.model.changes import after_change, change, changed
from digest.model.grammar import NOTHING, Rule, either, many, maybe, name, phrase, seq, where
from digest.model.moments import at_first, lasted_after, lasting, since_firing, times, when
from digest.model.nouns import backed
from digest.model.rows import Row
from digest.model.subjects import alert, counted_alerts, place, subject, thing


@lru_cache(maxsize=64)
def group_sentence(row: Row) -> Rule:
    """Return the rule that reads every sentence which a row makes true."""
    comma = maybe(phrase(","))
    after_opening = seq(either(_opening_when(row), _opening_change(row)), comma, _told(row))
    first = either(after_opening, seq(maybe(phrase("overnight"), comma), _clause(row)))
    return either(seq(first, many(seq(_and(), _clause(row)))), _no_news(row))


def _clause(row: Row) -> Rule:
    """Read a subject and all that is told of it."""
    over = seq(subject(row), _over(row), many(seq(_and(), either(_of_thing(row), _over(row)))))
    return either(_told(row), over, changed(row))


def _told(row: Row) -> Rule:
    """Read a subject and what it did, which may have come after a change."""
    return either(
        _chain(row, alert(row), _of_alert(row)),
        _chain(row, thing(row), _of_thing(row)),
        _chain(row, phrase("it"), either(_of_alert(row), _of_thing(row))),
        seq(counted_alerts(row), _modified(row, _fired(row))),
    )


def _chain(row: Row, about: Rule, told: Rule) -> Rule:
    reported = seq(phrase("was reported", "were reported"), times(row.group.total_occurrences))
    return seq(about, told, many(seq(_and(), either(told, _over(row), reported))))


def _of_alert(row: Row) -> Rule:
    return _modified(row, either(_fires(row, phrase("firing", "active", "ongoing", "open")), _fired(row)))


def _of_thing(row: Row) -> Rule:
    fires = _fires(row, phrase("firing"))
    told = _modified(row, either(_is(row), _was(row), _keeps_ending(row), fires))
    worst = row.group.worst_state
    after = seq(phrase("after"), change(row, worst.last_end)) if worst else NOTHING
    return either(told, seq(_ended(row), many(either(after, place(row), phrase("overnight")))))


def _modified(row: Row, told: Rule) -> Rule:
    return seq(told, many(either(seq(maybe(phrase(",")), after_change(row)), place(row), phrase("overnight"))))


def _and() -> Rule:
    return either(seq(maybe(phrase(",")), phrase("and", "but")), phrase(","))


def _opening_when(row: Row) -> Rule:
    return since_firing(row) if row.state == "firing" else at_first(row)


def _opening_change(row: Row) -> Rule:
    """Read "After a rollout": of one that came before the ends of containers too, which may be told next."""
    worst = row.group.worst_state
    return seq(phrase("after"), change(row, worst.last_end)) if worst and worst.last_end else after_change(row)


def _fires(row: Row, active: Rule) -> Rule:
    """Read that it fires now."""
    still = maybe(phrase("still", "now", "currently"))
    now = either(
        seq(phrase("is", "are"), still, active),
        seq(still, phrase("fires", "fire")),
        phrase("keeps firing", "keep firing", "continues to fire", "continue to fire", "remains firing"),
        phrase("has been firing", "have been firing", "has not cleared", "have not cleared", "has not recovered"),
    )
    return where(row.state == "firing", now, many(either(since_firing(row), lasting(row))))


def _fired(row: Row) -> Rule:
    """Read that it fired, how often, when it began and for how long; whatever it does now."""
    often = row.group.total_occurrences
    seen = phrase("fired", "was seen", "were seen", "was reported", "were reported", "was raised", "occurred")
    was = where(row.state != "firing", phrase("was firing", "were firing"))
    did = either(seq(seen, maybe(times(often))), was, where(often > 1, phrase("repeatedly"), seen))
    began = phrase(
        "began", "started", "first fired", "began firing", "started firing", "began to fire", "was first seen"
    )
    return either(seq(began, at_first(row)), seq(did, many(when(row))))


def _over(row: Row) -> Rule:
    """Read that it is over, or that nothing was heard of it any more."""
    adverb = maybe(phrase("now", "since", "since then", "also"))
    over = either(
        seq(phrase("has", "have"), adverb, phrase("cleared", "recovered", "resolved", "been resolved")),
        phrase("cleared", "recovered", "is cleared", "was resolved", "is resolved", "are resolved", "stopped firing"),
        phrase("is no longer firing", "are no longer firing", "is no longer active", "no longer fires"),
    )
    cleared = where(row.state == "cleared", over, maybe(lasted_after(row)))
    heard = phrase("was last seen at", "was last heard of at", "has had no news since", "has no news since")
    return either(cleared, where(row.state == "no news", heard, name(row.clock(row.group.last_news))))


def _no_news(row: Row) -> Rule:
    """Read that nothing is known of it any more."""
    since = maybe(phrase("since"), name(row.clock(row.group.last_news)))
    none = seq(phrase("there is no news", "no news", "there has been no news"), maybe(phrase("of"), subject(row)))
    return where(row.state == "no news", none, since)


def _is(row: Row) -> Rule:
    """Read what it is now."""
    still = maybe(phrase("still", "now", "currently"))
    be = seq(phrase("is", "are", "remains", "remain", "stays", "stay"), still)
    been = phrase("has been", "have been", "has still been")
    state = seq(either(be, been), phrase(*backed(nouns.CONDITIONS, row.trusted)))
    has = seq(phrase("has", "have", "still has", "still have"), phrase(*backed(nouns.LACKS, row.trusted)))
    return where(row.state == "firing", either(state, has), many(either(since_firing(row), lasting(row))))


def _was(row: Row) -> Rule:
    """Read what it was; of what still fires this would say that it is over."""
    past = seq(phrase("was", "were", "had been", "has been"), phrase(*backed(nouns.CONDITIONS, row.trusted)))
    had = seq(phrase("had"), phrase(*backed(nouns.LACKS, row.trusted)))
    before = where(row.state != "firing", either(past, had), many(when(row)))
    return either(before, phrase(*backed(nouns.FAILED, row.trusted)))


def _ended(row: Row) -> Rule:
    """Read the bad ends of its containers: how, how often, when the last one was."""
    worst = row.group.worst_state
    if worst is None or not worst.ends or worst.last_end is None:
        return NOTHING
    reason, oom = name(row.reason), nouns.OUT_OF_MEMORY.search(worst.reason)
    with_reason = seq(phrase("with", "by", "after", "as"), maybe(phrase("an")), reason)
    how = either(with_reason, where(oom, phrase("out of memory", "for lack of memory")))
    restarted = phrase("restarted", "crashed", "were killed", "was killed", "was restarted", "were restarted")
    did = either(
        seq(restarted, maybe(how)),
        seq(phrase("ended", "exited", "were terminated"), how),
        where(oom, phrase("ran out of memory", "exceeded its memory limit", "exceeded their memory limit")),
        seq(phrase("was", "were"), reason),
    )
    often = either(times(worst.ends), where(worst.ends > 1, phrase("repeatedly")))
    last = seq(maybe(phrase(",")), phrase("last at", "the last time at"), name(row.clock(worst.last_end)))
    return seq(maybe(where(worst.ends > 1, phrase("repeatedly"))), did, maybe(often), maybe(with_reason), maybe(last))


def _keeps_ending(row: Row) -> Rule:
    """Read what it keeps doing while it fires."""
    ends = phrase(*backed(nouns.CRASHES, row.trusted))
    keeps = seq(phrase("keeps", "keep", "is", "are", "is still", "are still", "has been", "have been"), ends)
    reason = maybe(phrase("with"), name(row.reason)) if row.reason else seq()
    return where(row.state == "firing", keeps, reason, many(either(since_firing(row), lasting(row))))
