"""What follows the stories: numbers, the summary, severities, and the sections behind buttons."""

from collections.abc import Iterator

from digest.briefing import Briefing
from digest.card.attention import MOST_WHOLE
from digest.card.breaks import unbroken
from digest.card.elements import Element, container, number, rich, run, text, toggle
from digest.card.head import notes
from digest.facts import Facts
from digest.wording import Line, clean, count, mark

_MOST_GROUPS, _MOST_MOMENTS, _MOST_SEVERITIES = 25, 20, 8
_BUTTONS_IN_A_ROW = 3
"""More of them lose their titles on a phone."""
_SMALL = {"size": "Small"}


def below(facts: Facts, brief: Briefing, repeat: bool) -> Iterator[Element]:
    """Yield what everybody sees below the stories."""
    yield _numbers(facts)
    yield rich(run(" ".join((brief.amount, *brief.further)), **_SMALL))
    if brief.nights:
        yield last_nights(brief)
    yield from (rich(run(f"⚠ {note}", **_SMALL), spacing="Small") for note in notes(brief, repeat)[1:])
    if brief.capture:
        yield rich(run(brief.capture, isSubtle=True, **_SMALL), spacing="Small")
    yield _severities(facts)


def sections(brief: Briefing, dropped: frozenset[str]) -> Iterator[Element]:
    """Yield the buttons and what they show; of a section that was dropped, a line."""
    hidden = (
        ("Stories", "stories", _stories(brief), ""),
        ("Patterns", "patterns", brief.patterns, "No pattern was found."),
        ("Advice", "advice", _advice(brief), "Nothing to do."),
        ("Silenced", "silenced", brief.held_back, ""),
        ("Noise", "noise", brief.noise, ""),
        ("Timeline", "timeline", _first(brief.timeline, _MOST_MOMENTS, "moment"), ""),
        ("Cluster", "cluster", brief.cluster, ""),
        ("All", "all", _first(brief.groups, _MOST_GROUPS, "group"), ""),
    )
    kept = [section for section in hidden if section[0] not in dropped and (section[2] or section[3])]
    for first in range(0, len(kept), _BUTTONS_IN_A_ROW):
        row = kept[first : first + _BUTTONS_IN_A_ROW]
        spacing = "Small" if first else "Medium"
        yield {"type": "ActionSet", "spacing": spacing, "actions": [toggle(name, id_) for name, id_, _, _ in row]}
    for name, id_, lines, nothing in kept:
        yield _lines(name, lines, nothing) | {"id": id_, "isVisible": False, "style": "emphasis"}
    for name, _, lines, nothing in hidden:
        if name in dropped and (lines or nothing):
            words = f"{count(len(lines), 'line')} did not fit." if lines else nothing
            yield text(f"{name}: {words}", isSubtle=True, **_SMALL)


def last_nights(brief: Briefing) -> Element:
    """Return the last nights, none of them broken at the end of a line."""
    before, arrow, this = brief.nights.rpartition(" → ")
    shown = " · ".join(unbroken(one) for one in before.split(" · "))
    return text(f"{shown}{arrow}{unbroken(this)}", spacing="Small", **_SMALL)


def _numbers(facts: Facts) -> Element:
    held = sum(group.suppressed_count for group in facts.groups)
    columns = (
        (facts.totals.firing, "firing", f"{held:,} held back" if held else ""),
        *([(facts.totals.stale, "no news", "")] if facts.totals.stale else []),
        (facts.totals.resolved, "cleared", ""),
    )
    return {
        "type": "ColumnSet",
        "separator": True,
        "spacing": "Medium",
        "columns": [number(value, label, part) for value, label, part in columns],
    }


def _severities(facts: Facts) -> Element:
    """Return the breakdown by severity as one paragraph: occurrences, and how many fire."""
    parts = [run("By severity ", weight="Bolder", **_SMALL)]
    for one in facts.severities[:_MOST_SEVERITIES]:
        firing = f" ({one.firing:,} firing)" if one.firing else ""
        name = clean(one.severity, 20) or "no severity"
        told = unbroken(f"{mark(one.level)} {name} {one.occurrences:,}{firing}")
        parts.append(run(f" {told} ", **_SMALL))
    more = len(facts.severities) - _MOST_SEVERITIES
    return rich(*parts, *([run(f" and {more:,} more", **_SMALL)] if more > 0 else []), spacing="Small")


def _stories(brief: Briefing) -> tuple[Line, ...]:
    """Return what follows each story that is told whole, under its headline."""
    told = (item for item in brief.attention[:MOST_WHOLE] if item.details)
    return tuple(line for item in told for line in (Line(f"{item.mark} {item.title}", item.state), *item.details))


def _advice(brief: Briefing) -> tuple[Line, ...]:
    """Return what to do, and what a model said of each story."""
    return (*brief.actions, *(Line(item.title, item.model) for item in brief.attention if item.model))


def _first(lines: tuple[Line, ...], most: int, noun: str) -> tuple[Line, ...]:
    more = len(lines) - most
    return (*lines[:most], Line("", f"and {count(more, noun)} more")) if more > 0 else lines


def _lines(title: str, lines: tuple[Line, ...], nothing: str) -> Element:
    shown = [
        rich(
            *([run(f"{line.name}  ", weight="Bolder", **_SMALL)] if line.name else []),
            run(line.words, **_SMALL),
            spacing="Small",
        )
        for line in lines
    ]
    return container(text(title, weight="Bolder"), *(shown or [text(nothing or "None.", **_SMALL)]), spacing="Small")
