"""What limits or explains the digest, the most serious first; pure."""

from collections.abc import Iterator

from digest.confirm.words import confirmation_notes
from digest.facts import Facts
from digest.health.words import capture_line, doubtful
from digest.wording import clean, count, names, span

_MOST_REASONS = 2


def notes(facts: Facts) -> tuple[str, ...]:
    """Return the notes, at most one line of each kind."""
    return tuple(_notes(facts))


def received(facts: Facts) -> bool:
    """Say whether anything tells that the path works: a webhook, or sources that were asked themselves."""
    known = facts.confirmation
    if known is None:
        return facts.capture.received
    current = known.prometheus == "answered" and known.evaluated_until is None
    return facts.capture.received or current or known.alertmanager == "answered"


def proven(facts: Facts) -> bool:
    """Say whether the path works by which this digest is told: only then may a quiet night be green."""
    asked_alone = facts.confirmation is not None and not facts.confirmation.webhooks
    return received(facts) if asked_alone else facts.capture.received


def _notes(facts: Facts) -> Iterator[str]:
    if facts.kind == "adhoc" and (facts.confirmation is None or facts.confirmation.webhooks):
        yield "The night's own digest still comes."
    if not facts.capture.received:
        yield "No webhook arrived in this period: check the receiver in Alertmanager, its route and the ingest pod."
    elif doubtful(facts):
        yield capture_line(facts)
    yield from confirmation_notes(facts)
    if facts.late:
        total = sum(late.occurrences for late in facts.late)
        late = names(one.alertname for one in facts.late)
        yield f"{count(total, 'alert')} of an earlier night arrived too late for its digest: {late}."
    for reason, pieces in list(_lacking(facts).items())[:_MOST_REASONS]:
        yield f"The cluster's context lacks {names(pieces, most=4)}: {clean(reason, 160)}."
    if facts.skipped:
        more = len(facts.skipped) - 1
        before = f" and {count(more, 'window')} before it" if more else ""
        yield f"No digest was made for {span(facts.skipped[-1])}{before}."


def _lacking(facts: Facts) -> dict[str, list[str]]:
    """Return the pieces of the cluster's context that could not be had, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for one in facts.context.missing if facts.context else ():
        by_reason.setdefault(one.reason, []).append(one.piece)
    return by_reason
