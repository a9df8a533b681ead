"""From facts to the page; pure."""

from digest.briefing import build_briefing
from digest.briefing.items import urgent_stories
from digest.compare.words import words_by_group
from digest.facts import Facts
from digest.report.compared import compared
from digest.report.evidence import claims
from digest.report.groups import cards
from digest.report.model import Report
from digest.report.timeline import timeline
from digest.stories.find import with_stories
from digest.wording import clean


def build_report(facts: Facts) -> Report:
    """Return what the page shows, everything of it bounded, and each bound told."""
    facts = facts if facts.stories else with_stories(facts)  # as the briefing has it
    brief = build_briefing(facts)
    told, said = cards(facts, words_by_group(facts)), claims(facts)
    return Report(
        brief=brief,
        cluster=clean(facts.cluster, 60),
        timeline=timeline(facts),
        compared=compared(facts),
        claims=said,
        claimed=frozenset(one.id for one in said),
        leads=tuple(story.lead.id for story in urgent_stories(facts))[: len(brief.attention)],
        groups=told,
        more_groups=len(facts.groups) - len(told),
    )
