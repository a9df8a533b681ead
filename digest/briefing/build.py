"""From facts to the briefing; pure."""

from digest.briefing.actions import action_lines
from digest.briefing.items import MOST_ITEMS, Urgent, item, urgent_stories
from digest.briefing.lines import group_line, pattern_lines, severity_lines
from digest.briefing.model import Briefing
from digest.briefing.notes import notes, proven, received
from digest.cluster.words import cluster_now, moment_line
from digest.compare.words import groups_line, night_line, nights_line, words_by_group
from digest.confirm.words import confirmation_lines, lower_bound, suppression_lines
from digest.facts import Facts
from digest.health.words import capture_line
from digest.model.words import model_note
from digest.noise.words import noise_lines
from digest.stories.find import with_stories
from digest.wording import clean, count, names, span


def build_briefing(facts: Facts) -> Briefing:
    """Return the briefing; each of its five sections says so where there is nothing to tell."""
    facts = facts if facts.stories else with_stories(facts)  # a digest kept before there were stories has none
    urgent, limits = urgent_stories(facts), notes(facts)
    capture = capture_line(facts)
    compared = words_by_group(facts)
    return Briefing(
        title=" · ".join(part for part in (_kind(facts), clean(facts.cluster, 60)) if part),
        verdict=_verdict(facts, urgent),
        period=span(facts.period),
        mood=_mood(facts, urgent),
        notes=limits,
        capture="" if capture in limits else capture,
        attention=tuple(item(story, facts, compared) for story in urgent[:MOST_ITEMS]),
        more_attention=max(0, len(urgent) - MOST_ITEMS),
        amount=_amount(facts),
        states=_states(facts),
        further=_further(facts),
        nights=nights_line(facts),
        patterns=pattern_lines(facts, urgent),
        actions=action_lines(facts, urgent),
        severities=severity_lines(facts),
        groups=tuple(group_line(group, compared[group.id]) for group in facts.groups),
        held_back=suppression_lines(facts.groups, facts.period.timezone),
        noise=noise_lines(facts.noise),
        cluster=cluster_now(facts.context) if facts.context else (),
        model_note=model_note(facts.phrasing),
        timeline=tuple(moment_line(one, facts.period) for one in facts.timeline),
    )


def _kind(facts: Facts) -> str:
    return "Overnight digest" if facts.kind == "scheduled" else "Digest on request"


def _verdict(facts: Facts, urgent: tuple[Urgent, ...]) -> str:
    totals = facts.totals
    if not facts.groups:
        if not received(facts):
            return "Nothing was received at all. This may be a broken path and not a quiet night."
        return "A quiet night: no alerts."
    if facts.confirmation and not facts.confirmation.webhooks and facts.confirmation.prometheus == "not_asked":
        return f"{_needs(urgent)} What has cleared is not known."
    part = f"{totals.resolved:,} of "
    if totals.resolved == totals.series and not lower_bound(facts.confirmation):
        part = "All " if totals.series > 1 else ""
    return f"{_needs(urgent)} {part}{count(totals.series, 'alert')} cleared."


def _needs(urgent: tuple[Urgent, ...]) -> str:
    """Return how many stories fire, and of how many only nothing more was heard."""
    firing = sum(story.firing for story in urgent)
    check = sum(story.now and not story.firing for story in urgent)
    if not firing:
        return f"Nothing needs you now, {check:,} to check." if check else "Nothing needs you now."
    return f"{count(firing, 'needs', 'need')} you now" + (f", {check:,} to check." if check else ".")


def _mood(facts: Facts, urgent: tuple[Urgent, ...]) -> str:
    if any(story.now for story in urgent):
        return "attention"
    doubtful = urgent or not proven(facts) or any(late.level == "critical" for late in facts.late)
    return "warning" if doubtful else "good"


def _amount(facts: Facts) -> str:
    totals = facts.totals
    if not facts.groups:
        return "No alert fired." if received(facts) else "Whether any alert fired is not known."
    least = "At least " if lower_bound(facts.confirmation) else ""
    told = f"{count(totals.occurrences, 'occurrence')} of {count(totals.series, 'alert')}"
    return f"{least}{told} in {count(totals.groups, 'group')}."


def _states(facts: Facts) -> str:
    totals = facts.totals
    held = sum(group.suppressed_count for group in facts.groups)
    some = (
        (totals.firing, "firing" + (f" ({held:,} of them held back)" if held else "")),
        (totals.stale, "without news"),
        (totals.resolved, "cleared"),
    )
    return ", ".join(f"{number:,} {word}" for number, word in some if number)


def _further(facts: Facts) -> tuple[str, ...]:
    flapping, noisiest = facts.totals.flapping, names(one.record.rule.alertname for one in facts.noise)
    return tuple(
        filter(
            None,
            (
                *confirmation_lines(facts),
                f"{count(flapping, 'group')} kept coming and going." if flapping else "",
                night_line(facts),
                groups_line(facts.comparison),
                f"Noisiest rules of the last weeks: {noisiest}." if noisiest else "",
                _without_cluster(facts),
            ),
        )
    )


def _without_cluster(facts: Facts) -> str:
    blind = facts.groups and facts.context and not facts.context.looked
    return "Without cluster context: no Kubernetes was found." if blind else ""
