"""The list of past digests on a terminal: a table, or where that has no room a short block for each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from digest.history import Entry
from digest.terminal.screen import Screen, draw, indented, words

SHORTEST = 8
"""Characters of an id where it is not shown whole; ``show`` takes them."""
_WHOLE, _TABLE = 110, 72
_STATES = {"sent": "green", "failed": "bold red"}


def history_screen(entries: Sequence[Entry], zone: ZoneInfo, screen: Screen) -> str:
    """Return the digests, newest first, as a person reads them at a terminal; times are told in the zone."""
    if not entries:
        return draw([words("No digest is kept yet.")], screen)
    return draw([_table(entries, zone, screen)] if screen.columns >= _TABLE else _blocks(entries, zone), screen)


def short_ids(entries: Sequence[Entry]) -> list[str]:
    """Return the beginning of each id, as long as it takes to tell these apart."""
    whole = [str(entry.id) for entry in entries]
    length = SHORTEST
    while len({one[:length] for one in whole}) < len(whole):
        length += 1
    return [one[:length] for one in whole]


def _table(entries: Sequence[Entry], zone: ZoneInfo, screen: Screen) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    ids = [str(entry.id) for entry in entries] if screen.columns >= _WHOLE else short_ids(entries)
    for head in ("digest", "period", "kind", "state"):
        table.add_column(head, no_wrap=True)
    table.add_column("delivery", overflow="fold")
    for name, entry in zip(ids, entries, strict=True):
        table.add_row(
            words(name, "cyan"), _period(entry, zone), entry.kind, _state(entry), words(entry.delivery_detail)
        )
    return table


def _blocks(entries: Sequence[Entry], zone: ZoneInfo) -> Iterator[RenderableType]:
    for name, entry in zip(short_ids(entries), entries, strict=True):
        yield Text.assemble((name, "cyan"), "  ", entry.kind, "  ", _state(entry))
        yield indented(words(_period(entry, zone)), 2)
        if entry.delivery_detail:
            yield indented(words(entry.delivery_detail), 2)


def _state(entry: Entry) -> Text:
    return Text(entry.state, _STATES.get(entry.state, "yellow"))


def _period(entry: Entry, zone: ZoneInfo) -> str:
    return f"{_at(entry.period_start, zone):%Y-%m-%d %H:%M} – {_at(entry.period_end, zone):%m-%d %H:%M}"


def _at(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)
