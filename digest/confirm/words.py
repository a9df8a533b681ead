"""What the sources said, in words: what is held back, what no webhook told, what could not be asked; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from digest.confirm.model import AddedReason, Confirmation, Suppression
from digest.facts import Facts, Group
from digest.wording import Line, clean, count, day_clock, group_name

_REASONS: dict[AddedReason, str] = {
    "receiver_away": "while the receiver was away",
    "suppressed": "silenced or inhibited",
    "short": "too short for a webhook",
    "not_told": "for a reason not known",
}


def lower_bound(confirmation: Confirmation | None) -> bool:
    """Say whether there may have been more than what is told: webhooks alone know only what they were told."""
    return confirmation is None or confirmation.prometheus != "answered" or confirmation.evaluated_until is not None


def confirmation_notes(facts: Facts) -> Iterator[str]:
    """Yield a line for each source that could not be asked, and one where Prometheus has stopped."""
    confirmation = facts.confirmation
    if confirmation is None:
        return
    if not confirmation.webhooks:
        yield f"Told by {_answered(confirmation)} alone; no webhook was kept."
    if confirmation.evaluated_until:
        since = day_clock(confirmation.evaluated_until, facts.period.timezone)
        yield f"Prometheus has evaluated nothing since {since}: what fired then may fire still."
    for problem in confirmation.problems:
        yield f"{clean(problem, 200)}."


def confirmation_lines(facts: Facts) -> Iterator[str]:
    """Yield what was added, what was closed and what is not confirmed, a sentence each."""
    added: Counter[AddedReason] = Counter()
    for one in (one for group in facts.groups for one in group.added):
        added[one.reason] += one.episodes
    if added and facts.confirmation and facts.confirmation.webhooks:
        reasons = ", ".join(f"{added[reason]:,} {words}" for reason, words in _REASONS.items() if added[reason])
        yield f"No webhook told of {count(added.total(), 'occurrence')}: {reasons}."
    if closed := sum(group.closed_count for group in facts.groups):
        yield f"{count(closed, 'alert')} cleared without a webhook."
    unconfirmed = sum(group.unconfirmed_count for group in facts.groups)
    if unconfirmed and facts.confirmation:
        verb = "do" if " and " in _answered(facts.confirmation) else "does"
        yield f"{_answered(facts.confirmation)} {verb} not confirm {count(unconfirmed, 'firing alert')}."


def suppression_lines(groups: Iterable[Group], zone: str) -> tuple[Line, ...]:
    """Return a line for each group that Alertmanager holds back, in whole or in part."""
    return tuple(_held_back(group, zone) for group in groups if group.suppressed_count)


def _held_back(group: Group, zone: str) -> Line:
    part = f" ({group.suppressed_count:,} of {group.firing_count:,})" if group.firing_count > 1 else ""
    reasons = "; ".join(_why(one, zone) for one in group.suppressions[:2])
    return Line(group_name(group), f"{reasons}{part}")


def _why(one: Suppression, zone: str) -> str:
    by = clean(one.by, 40)
    if one.kind == "inhibited":
        return f"inhibited by {by}" if by else "inhibited"
    if one.kind == "muted":
        return f"muted by the time interval {by}" if by else "muted by a time interval"
    until = f" until {day_clock(one.until, zone)}" if one.until else ""
    reason = f": {clean(one.reason, 80)}" if one.reason else ""
    return f"silenced{f' by {by}' if by else ''}{until}{reason}"


def _answered(confirmation: Confirmation) -> str:
    """Return who answered."""
    known = (("Alertmanager", confirmation.alertmanager), ("Prometheus", confirmation.prometheus))
    return " and ".join(name for name, state in known if state in {"answered", "partly"})
