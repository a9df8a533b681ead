"""The digest as plain text for a terminal."""

from collections.abc import Iterator

from digest.briefing import Briefing, Item, build_briefing
from digest.facts import Facts
from digest.wording import Line


def render_text(facts: Facts) -> str:
    """Return the text, with a line end at its end."""
    return "\n".join(_lines(build_briefing(facts))) + "\n"


def _lines(brief: Briefing) -> Iterator[str]:
    yield from (brief.title, brief.verdict, brief.period)
    yield from (f"! {note}" for note in brief.notes)
    yield from ("", "REQUIRES ATTENTION")
    for item in brief.attention:
        yield from _item(item)
    if brief.more_attention:
        yield f"  and {brief.more_attention:,} more"
    if not brief.attention:
        yield "  Nothing."
    yield from ("", "OVERNIGHT SUMMARY")
    yield from (f"  {line}" for line in (*brief.summary, brief.capture) if line)
    for title, lines in brief.sections:
        yield from _section(title.upper(), lines)
    if brief.model_note:
        yield from ("", brief.model_note)


def _item(item: Item) -> Iterator[str]:
    yield f"  {item.mark} {item.severity} {item.title}"
    yield f"     {' · '.join(part for part in (item.place, item.state, item.compared) if part)}"
    told = (item.summary, *item.cluster, item.model, item.followers, item.owner and f"Owner: {item.owner}")
    yield from (f"     {line}" for line in told if line)
    yield from (f"       {'  '.join(part for part in (line.name, line.words) if part)}" for line in item.details)
    yield from (f"     {name}: {url}" for name, url in item.links if name == "Runbook")


def _section(title: str, lines: tuple[Line, ...]) -> Iterator[str]:
    yield from ("", title)
    width = max((len(line.name) for line in lines), default=0)
    yield from (f"  {line.name:<{width}}  {line.words}" for line in lines)
    if not lines:
        yield "  None."
