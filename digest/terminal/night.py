"""A digest on a terminal: what ``digest.text`` prints, with its lines wrapped and its weight seen."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from digest.briefing import Briefing, Item, build_briefing
from digest.facts import Facts
from digest.terminal.screen import Screen, beside, draw, indented, words
from digest.wording import Line

WIDEST = 110
"""Cells; longer lines are hard to read."""
_MOODS = {"good": "bold green", "warning": "bold yellow", "attention": "bold red"}
_HEAD = "bold cyan"
_GAP, _SHORT = 2, 5
_ROOM = 22
"""Cells that words beside a name have at least, or as many as they are."""


def night_screen(facts: Facts, screen: Screen) -> str:
    """Return the night as a person reads it at a terminal."""
    narrow = Screen(min(screen.columns, WIDEST), screen.colour)
    return draw(_pieces(build_briefing(facts), narrow.columns), narrow)


def _pieces(brief: Briefing, columns: int) -> Iterator[RenderableType]:
    yield words(brief.title, "bold")
    yield words(brief.verdict, _MOODS[brief.mood])
    yield words(brief.period, "dim")
    yield from (beside(words("!", "bold yellow"), words(note, "yellow"), 1) for note in brief.notes)
    yield from ("", words("REQUIRES ATTENTION", _HEAD))
    for item in brief.attention:
        yield from _item(item, columns)
    if brief.more_attention:
        yield indented(words(f"and {brief.more_attention:,} more"), 2)
    if not brief.attention:
        yield indented(words("Nothing.", "green"), 2)
    yield from ("", words("OVERNIGHT SUMMARY", _HEAD))
    yield from (indented(words(line), 2) for line in (*brief.summary, brief.capture) if line)
    for title, lines in brief.sections:
        yield from ("", words(title.upper(), _HEAD))
        yield from _lines(lines, 2, columns)
        if not lines:
            yield indented(words("None.", "dim"), 2)
    if brief.model_note:
        yield from ("", words(brief.model_note, "dim"))


def _item(item: Item, columns: int) -> Iterator[RenderableType]:
    head = Text.assemble(words(f"{item.severity} "), words(item.title, "bold"), overflow="fold")
    yield beside(words(item.mark), head, cell_len(item.mark), indent=2)
    yield indented(words(" · ".join(part for part in (item.place, item.state, item.compared) if part)), 5)
    told = (item.summary, *item.cluster, item.model, item.followers, item.owner and f"Owner: {item.owner}")
    yield from (indented(words(line), 5) for line in told if line)
    yield from _lines(item.details, 7, columns)
    yield from (indented(words(f"{name}: {url}", "dim"), 5) for name, url in item.links if name == "Runbook")


def _lines(lines: Sequence[Line], indent: int, columns: int) -> Iterator[RenderableType]:
    """Yield names beside their words; where those would have no room there, above them."""
    width = max((_cells(line.name) for line in lines), default=0)
    wanted = min(max((_cells(line.words) for line in lines), default=0), _ROOM)
    if indent + width + _GAP + wanted <= columns:
        yield from (_side_by_side(line, width, indent) for line in lines)
        return
    for line in lines:
        if line.name:
            yield _hung(line.name, indent)
        yield indented(words(line.words, "dim" if line.name else ""), indent + 2)


def _side_by_side(line: Line, width: int, indent: int) -> RenderableType:
    if not width:
        return indented(words(line.words), indent)
    return beside(words(line.name), words(line.words), width, indent=indent, gap=_GAP)


def _hung(name: str, indent: int) -> RenderableType:
    """Return a name that goes on under itself, and not under the sign or time that it begins with."""
    first, _, rest = name.partition(" ")
    if not rest or _cells(first) > _SHORT:
        return indented(words(name), indent)
    return beside(words(first), words(rest), _cells(first), indent=indent)


def _cells(text: str) -> int:
    return cell_len(words(text).plain)
