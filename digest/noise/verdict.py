"""The verdict on a rule: exact definitions, in the order in which the first that holds is taken; pure.

Nothing but ``stale`` is claimed from fewer than five firings: what fires all the time fires once, and a week of it is
evidence enough.

1. ``duplicate``: at least 90 % of its firings begin within two minutes of one of another rule at the same place
   (source, cluster, namespace and affected object), at least half of the other's firings at these places begin with one
   of its own (else chance would do, where the other fires all the time), and the other comes before it: it is more
   severe, or else fires more often, or else has the lesser name. Proposed: merge it into the other.
2. ``stale``: it fired for at least 80 % of the time since its first firing, which is at least a week ago, whichever of
   its series did, and the median firing lasts at least twelve hours (else many short firings of a large fleet would
   do). Proposed: delete or fix it.
3. ``too_sensitive``: more than half of its firings cleared within five minutes. Proposed: a longer ``for``.
4. ``flapping``: at least half of its firings are of series that fired three times or more that day (noon to noon).
   Proposed: ``keep_firing_for``, or where that is not enough a longer ``for``; nothing, where neither is enough.
   Of a rule that is both this and the one before, the proposal that removes more decides.
5. ``no_runbook``: none of these, and its newest firing has no link to a runbook. Proposed: add one.
6. ``actionable``: none of these.
"""

from collections.abc import Callable, Iterable, Mapping

from digest.noise.model import Proposal, Rule, RuleRecord, RuleVerdict
from digest.noise.replay import Replayed, propose_for, propose_keep
from digest.noise.together import Meetings

FEWEST = 5
"""Firings; from fewer nothing is claimed."""
SOON = 300
"""Seconds within which a firing clears by itself "within minutes"."""
STALE_SHARE, STALE_SPAN, STALE_MEDIAN = 0.8, 7 * 86_400, 12 * 3600
DUPLICATE_SHARE, DUPLICATE_BACK = 0.9, 0.5
WORST = 3
Twin = tuple[Rule, int]
"""The rule of which another one is a duplicate, and how many firings of that one begin with it."""


def judge(record: RuleRecord, replayed: Replayed, twin: Twin | None) -> RuleVerdict:
    """Return the verdict on a rule; ``twin`` is what ``twins`` found for it."""
    enough = record.firings >= FEWEST
    if enough and twin:
        left = record.firings - twin[1]
        return RuleVerdict(record, "duplicate", Proposal("merge", record.firings, left, into=twin[0]))
    if is_stale(record):
        return RuleVerdict(record, "stale", Proposal("delete_or_fix", record.firings, 0))
    if not enough:
        return RuleVerdict(record, "too_few", None)
    noisy = [one for one in (_too_sensitive(record, replayed), _flapping(record, replayed)) if one]
    if noisy:
        return max(noisy, key=lambda one: one.score)
    if record.has_runbook:
        return RuleVerdict(record, "actionable", None)
    return RuleVerdict(record, "no_runbook", Proposal("add_runbook", record.firings, record.firings))


def is_stale(record: RuleRecord) -> bool:
    """Say whether a rule fires nearly all the time, and has for at least a week."""
    return (
        record.span_seconds >= STALE_SPAN
        and record.firing_seconds >= STALE_SHARE * record.span_seconds
        and record.median_seconds >= STALE_MEDIAN
    )


def twins(
    meetings: Meetings, rules: Mapping[int, tuple[Rule, int]], rank: Callable[[str], float]
) -> dict[int, tuple[Rule, int]]:
    """Return for the number of each duplicate its twin; ``rules`` has rule and firings, ``rank`` orders severities."""

    def order(number: int) -> tuple[float, int, Rule]:
        rule, firings = rules[number]
        return rank(rule.severity), -firings, rule

    found: dict[int, int] = {}
    for (one, other), met in meetings.met.items():
        firings, back = rules[one][1], meetings.met.get((other, one), 0)
        same = met >= DUPLICATE_SHARE * firings and back >= DUPLICATE_BACK * meetings.near[other, one]
        if same and firings >= FEWEST and order(other) < order(one):
            found[one] = min(found.get(one, other), other, key=order)
    return {one: (rules[other][0], meetings.met[one, other]) for one, other in found.items()}


def worst_first(rules: Iterable[RuleVerdict]) -> tuple[RuleVerdict, ...]:
    """Return the rules by what their proposals would remove, then by firings, then by name."""
    return tuple(sorted(rules, key=lambda one: (-one.score, -one.record.firings, one.record.rule)))


def worst(rules: Iterable[RuleVerdict], most: int = WORST) -> tuple[RuleVerdict, ...]:
    """Return the few rules whose proposals would remove the most; none that would remove nothing."""
    return tuple(one for one in worst_first(rules) if one.score)[:most]


def _too_sensitive(record: RuleRecord, replayed: Replayed) -> RuleVerdict | None:
    if record.cleared_soon * 2 <= record.firings:
        return None
    return RuleVerdict(record, "too_sensitive", propose_for(replayed))


def _flapping(record: RuleRecord, replayed: Replayed) -> RuleVerdict | None:
    if record.flapping_firings * 2 < record.firings:
        return None
    return RuleVerdict(record, "flapping", propose_keep(replayed) or propose_for(replayed))
