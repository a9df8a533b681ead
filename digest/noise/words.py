"""What is said of a rule, in the words of every form; names are untrusted text, cleaned."""

from collections import Counter
from collections.abc import Sequence

from digest.noise.model import Proposal, Rule, RuleRecord, RuleVerdict, VerdictKind
from digest.wording import Line, clean, count, duration

VERDICTS: dict[VerdictKind, str] = {
    "duplicate": "duplicate",
    "stale": "stuck",
    "too_sensitive": "too sensitive",
    "flapping": "flapping",
    "no_runbook": "no runbook",
    "actionable": "actionable",
    "too_few": "too few firings",
}
_NAME = 60
_MINUTE, _ALL = 60, 100


def noise_lines(rules: Sequence[RuleVerdict]) -> tuple[Line, ...]:
    """Return a line for each rule: its name, and the proposal with what it would have done.

    Where two rules have one name, severity and cluster tell them apart.
    """
    often = Counter(one.record.rule.alertname for one in rules)
    return tuple(
        Line(_name(one.record.rule, alone=often[one.record.rule.alertname] == 1), proposal_words(one)) for one in rules
    )


def proposal_words(one: RuleVerdict, *, share: bool = False) -> str:
    """Return the proposal in words: “for” 10 min longer removes 34 of 41; with ``share`` also in per cent."""
    if one.proposal:
        return _proposed(one.proposal, one.record, share=share)
    match one.verdict:
        case "flapping":
            return "comes and goes; no “for” or “keep_firing_for” up to 30 min removes half: move its threshold"
        case "too_few":
            return f"{count(one.record.firings, 'firing')}: nothing is claimed from fewer than 5"
        case _:
            return "nothing speaks against it"


def percent(part: int, whole: int) -> int:
    """Return a share in per cent; 100 and 0 only where it is all and nothing."""
    if part in {0, whole}:
        return _ALL if part else 0
    return min(_ALL - 1, max(1, round(_ALL * part / whole)))


def _name(rule: Rule, *, alone: bool) -> str:
    more = ", ".join(clean(part, 20) for part in (rule.severity, rule.cluster) if part and not alone)
    return f"{clean(rule.alertname, _NAME)} ({more})" if more else clean(rule.alertname, _NAME)


def _proposed(proposal: Proposal, record: RuleRecord, *, share: bool) -> str:
    part = f" ({percent(proposal.removed, proposal.before)} %)" if share else ""
    removed = f"{proposal.removed:,} of {proposal.before:,}{part}"
    match proposal.kind:
        case "for":
            step = duration(proposal.seconds or 0)
            late = f"; {proposal.later:,} longer than 1 h would come {step} later" if proposal.later else ""
            return f"“for” {step} longer removes {removed}{late}"
        case "keep_firing_for":
            return f"“keep_firing_for: {(proposal.seconds or 0) // _MINUTE}m” joins {removed} to the one before"
        case "merge":
            other = proposal.into
            name = f"{clean(other.alertname, _NAME)} ({clean(other.severity, 20) or 'no severity'})" if other else "?"
            return f"begins with {name} in {removed}; merge it into that"
        case "delete_or_fix":
            return f"fires {percent(record.firing_seconds, record.span_seconds)} % of the time; delete or fix it"
        case _:
            return "add the annotation runbook_url"
