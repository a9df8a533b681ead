"""The top of the card: the verdict, what it is about, and the most serious note."""

from digest.briefing import Briefing
from digest.card.elements import Element, container, rich, run, text
from digest.facts import Facts
from digest.wording import clean, count, short_span

REPEAT = "This may be a repeat: an earlier try may have arrived."


def head(facts: Facts, brief: Briefing, repeat: bool) -> Element:
    """Return the coloured box; on a quiet night it tells all notes, else the first, and those below how many more."""
    told = notes(brief, repeat)
    shown = told if not facts.groups else told[:1]
    more = f" {count(len(told) - 1, 'more note')} below." if len(told) > len(shown) else ""
    return container(
        text(brief.verdict, size="Large", weight="Bolder"),
        rich(run(_about(facts), isSubtle=True, size="Small"), spacing="Small"),
        *(rich(run(f"⚠ {note}{more}", size="Small"), spacing="Small") for note in shown),
        style=brief.mood,
        bleed=True,
    )


def notes(brief: Briefing, repeat: bool) -> tuple[str, ...]:
    """Return all notes, that of a repeat first."""
    return (REPEAT, *brief.notes) if repeat else brief.notes


def _about(facts: Facts) -> str:
    kind = "" if facts.kind == "scheduled" else "On request"
    return " · ".join(part for part in (kind, clean(facts.cluster, 40), short_span(facts.period)) if part)
