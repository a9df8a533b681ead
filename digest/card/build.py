"""From a briefing to the card, with what does not fit dropped in a fixed order and said on the card."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.briefing import Briefing, Item, build_briefing
from digest.card.elements import Element, container, number, rich, run, text, toggle
from digest.card.rules import LARGEST_COMPACT, LARGEST_ESCAPED, compact_size, escaped_size
from digest.facts import Facts
from digest.wording import Line, count

_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_DROPS = ("All", "Timeline", "Cluster", "Advice", "Patterns", "links", "items", "Requires attention")
_FEWER_ITEMS = 3
_MOST_GROUPS, _MOST_MOMENTS = 25, 20
_BUTTONS_IN_A_ROW = 3
"""More of them lose their titles on a phone."""
_LONGEST_LINK = 600
"""Characters of a link on a card; longer ones are shown where there is room, as a text or a page."""


@dataclass(frozen=True)
class RenderedCard:
    """A card within the budget, and the names of what had to be dropped for it."""

    card: dict[str, Any]
    dropped: tuple[str, ...]


def render_card(facts: Facts, *, digest_id: str, possible_repeat: bool) -> RenderedCard:
    """Return the largest card that fits; sections that do not fit shrink to one line."""
    briefing = build_briefing(facts)
    for length in range(len(_DROPS) + 1):
        dropped = _DROPS[:length]
        card = _card(facts, briefing, digest_id, possible_repeat, frozenset(dropped))
        if compact_size(card) <= LARGEST_COMPACT and escaped_size(card) <= LARGEST_ESCAPED:
            break
    return RenderedCard(card, dropped)


def test_card(now: datetime) -> dict[str, Any]:
    """Return a small card that proves that the way to the channel works."""
    words = f"Sent by alertgest-digest send-test at {now:%Y-%m-%d %H:%M:%S} UTC. The morning's card will come here."
    return _root(
        [container(text("Alertgest can reach this channel", weight="Bolder"), text(words), style="good")], words
    )


def _card(facts: Facts, brief: Briefing, digest_id: str, repeat: bool, dropped: frozenset[str]) -> dict[str, Any]:
    body = [_head(brief, repeat)]
    if not facts.groups:
        body += [text(line, spacing="Medium") for line in brief.summary]
    else:
        body += [*_attention(brief, digest_id, dropped), _numbers(facts), text(" ".join(brief.summary), size="Small")]
        body += _sections(brief, dropped)
    if brief.model_note:
        body.append(rich(run(brief.model_note, isSubtle=True, size="Small"), spacing="Medium"))
    if dropped:
        body.append(text(f"Shortened to fit: {_show(digest_id)} prints all of it.", isSubtle=True, size="Small"))
    body.append(rich(run(f"Digest {digest_id}", isSubtle=True, size="Small"), spacing="Medium"))
    return _root(body, f"{brief.title}: {brief.verdict}")


def _root(body: list[Element], fallback: str) -> dict[str, Any]:
    return {
        "type": "AdaptiveCard",
        "$schema": _SCHEMA,
        "version": "1.4",
        "lang": "en",
        "fallbackText": fallback,
        "speak": fallback,
        "msteams": {"width": "Full"},
        "body": body,
    }


def _head(brief: Briefing, repeat: bool) -> Element:
    notes = [*(["This may be a repeat: an earlier try may have arrived."] if repeat else []), *brief.notes]
    return container(
        rich(run(brief.title, weight="Bolder", size="Medium")),
        text(brief.verdict, size="Large", spacing="Small"),
        text(brief.period, isSubtle=True, size="Small", spacing="Small"),
        *(rich(run(f"⚠ {note}", size="Small"), spacing="Small") for note in notes),
        style=brief.mood,
        bleed=True,
    )


def _attention(brief: Briefing, digest_id: str, dropped: frozenset[str]) -> Iterator[Element]:
    yield text("Requires attention", weight="Bolder", size="Medium", spacing="Medium", style="heading")
    if not brief.attention:
        yield text("Nothing.", spacing="Small")
    shown = brief.attention[:_FEWER_ITEMS] if "items" in dropped else brief.attention
    if "Requires attention" in dropped:
        shown = ()
    for item in shown:
        yield _item(item, links="links" not in dropped)
    more = brief.more_attention + len(brief.attention) - len(shown)
    if more:
        yield text(f"and {more:,} more: {_show(digest_id)} lists them", isSubtle=True, size="Small")


def _show(digest_id: str) -> str:
    return f"alertgest-digest show {digest_id}"


def _item(item: Item, *, links: bool) -> Element:
    small = {"size": "Small"}
    last: list[Element] = []
    if item.owner:
        last += [run("Owner: ", **small), run(item.owner, weight="Bolder", **small)]
    for name, url in item.links:
        if (links or name == "Runbook") and len(url) <= _LONGEST_LINK:
            last += [run("  ·  " if last else "", **small)] if last else []
            last.append(run(name, url=url, color="Accent", **small))
    rows = [
        rich(run(f"{item.mark} {item.severity} ", weight="Bolder"), run(item.title, weight="Bolder")),
        rich(run(f"{item.place} · {item.state}", isSubtle=True, **small), spacing="None"),
    ]
    rows += [rich(run(item.summary, **small), spacing="Small")] if item.summary else []
    rows += [rich(run(line, **small), spacing="Small") for line in item.cluster]
    rows += [rich(run(item.model, italic=True, **small), spacing="Small")] if item.model else []
    rows += [rich(*last, spacing="Small")] if last else []
    return container(*rows, separator=True, spacing="Medium")


def _numbers(facts: Facts) -> Element:
    critical = sum(one.occurrences for one in facts.severities if one.level == "critical")
    columns = (
        (facts.totals.firing, "firing"),
        (facts.totals.stale, "no news"),
        (facts.totals.resolved, "cleared"),
        (critical, "critical"),
    )
    return {
        "type": "ColumnSet",
        "separator": True,
        "spacing": "Large",
        "columns": [number(value, label) for value, label in columns],
    }


def _sections(brief: Briefing, dropped: frozenset[str]) -> Iterator[Element]:
    yield _lines("By severity", brief.severities, "")
    hidden = (
        ("Patterns", "patterns", brief.patterns, "No pattern was found."),
        ("Advice", "advice", brief.actions, "Nothing to do."),
        ("Timeline", "timeline", _first_moments(brief), ""),
        ("Cluster", "cluster", brief.cluster, ""),
        ("All", "all", _first_groups(brief), ""),
    )
    kept = [section for section in hidden if section[0] not in dropped and (section[2] or section[3])]
    for first in range(0, len(kept), _BUTTONS_IN_A_ROW):
        row = kept[first : first + _BUTTONS_IN_A_ROW]
        spacing = "Small" if first else "Medium"
        yield {"type": "ActionSet", "spacing": spacing, "actions": [toggle(name, id_) for name, id_, _, _ in row]}
    for name, id_, lines, nothing in kept:
        yield _lines(name, lines, nothing) | {"id": id_, "isVisible": False, "style": "emphasis"}
    for name, _, lines, _ in hidden:
        if name in dropped and lines:
            yield text(f"{name}: {len(lines)} lines did not fit.", size="Small", isSubtle=True)


def _first_groups(brief: Briefing) -> tuple[Line, ...]:
    more = len(brief.groups) - _MOST_GROUPS
    shown = brief.groups[:_MOST_GROUPS]
    return (*shown, Line("", f"and {count(more, 'group')} more")) if more > 0 else shown


def _first_moments(brief: Briefing) -> tuple[Line, ...]:
    more = len(brief.timeline) - _MOST_MOMENTS
    shown = brief.timeline[:_MOST_MOMENTS]
    return (*shown, Line("", f"and {count(more, 'moment')} more")) if more > 0 else shown


def _lines(title: str, lines: tuple[Line, ...], nothing: str) -> Element:
    shown = [
        rich(
            *([run(f"{line.name}  ", weight="Bolder", size="Small")] if line.name else []),
            run(line.words, size="Small"),
            spacing="Small",
        )
        for line in lines
    ]
    return container(
        text(title, weight="Bolder"), *(shown or [text(nothing or "None.", size="Small")]), spacing="Small"
    )
