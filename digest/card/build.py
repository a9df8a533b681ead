"""From a briefing to the card, with what does not fit dropped in a fixed order and said on the card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.briefing import Briefing, build_briefing
from digest.card.attention import attention
from digest.card.elements import Element, container, rich, run, text
from digest.card.head import head
from digest.card.rules import LARGEST_COMPACT, LARGEST_ESCAPED, compact_size, escaped_size
from digest.card.sections import below, last_nights, sections
from digest.facts import Facts

_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
DROPS = (
    "All", "Timeline", "Cluster", "Noise", "Silenced", "Advice", "Patterns", "Stories", "short", "Requires attention",
)  # fmt: skip
"""What goes first where a card is too large; ``short`` are the stories that have a line each."""


@dataclass(frozen=True)
class RenderedCard:
    """A card within the budget, and the names of what had to be dropped for it."""

    card: dict[str, Any]
    dropped: tuple[str, ...]


def render_card(facts: Facts, *, digest_id: str, possible_repeat: bool) -> RenderedCard:
    """Return the largest card that fits; sections that do not fit shrink to one line."""
    briefing = build_briefing(facts)
    for length in range(len(DROPS) + 1):
        dropped = DROPS[:length]
        card = _card(facts, briefing, _Printed(digest_id, possible_repeat, frozenset(dropped)))
        if compact_size(card) <= LARGEST_COMPACT and escaped_size(card) <= LARGEST_ESCAPED:
            break
    return RenderedCard(card, dropped)


def test_card(now: datetime) -> dict[str, Any]:
    """Return a small card that proves that the way to the channel works."""
    works = "Alertgest can reach this channel."
    box = container(
        text(works, size="Large", weight="Bolder"),
        rich(run(f"Test · {now:%a %d %b %Y %H:%M:%S} UTC", isSubtle=True, size="Small"), spacing="Small"),
        style="good",
        bleed=True,
    )
    words = "The morning's card will come here. This one was sent by alertgest-digest send-test."
    return _root([box, text(words, spacing="Medium", size="Small")], f"{works} {words}")


@dataclass(frozen=True)
class _Printed:
    """Which digest it is, whether it may have come before, and what of it is left out."""

    digest_id: str
    repeat: bool
    dropped: frozenset[str]

    @property
    def show(self) -> str:
        """The command that prints all of it."""
        return f"alertgest-digest show {self.digest_id}"


def _card(facts: Facts, brief: Briefing, printed: _Printed) -> dict[str, Any]:
    body = [head(facts, brief, printed.repeat)]
    if not facts.groups:
        body += [rich(run(" ".join(brief.further), size="Small"), spacing="Medium")] if brief.further else []
        body += [last_nights(brief)] if brief.nights else []
        body += [rich(run(brief.capture, isSubtle=True, size="Small"), spacing="Small")] if brief.capture else []
    else:
        body += attention(brief, printed.show, printed.dropped)
        body += [*below(facts, brief, printed.repeat), *sections(brief, printed.dropped)]
    if brief.model_note:
        body.append(rich(run(brief.model_note, isSubtle=True, size="Small"), spacing="Medium"))
    last = f"Shortened to fit: {printed.show} prints all of it." if printed.dropped else f"Digest {printed.digest_id}"
    body.append(rich(run(last, isSubtle=True, size="Small"), spacing="Medium"))
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
