"""The terminal that results are printed on, and what draws on it.

Text of others is made inert and is never read as markup: it only enters as plain pieces of ``words``.
"""

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from store.printable import inert

_TAIL = re.compile(r"(?: |\x1b\[[0-9;]*m)+$")
_RESET = "\x1b[0m"
_WITHOUT_COLOUR = {"", "dumb", "unknown"}


@dataclass(frozen=True)
class Screen:
    """How wide a terminal is, in cells, and whether it is to show colours."""

    columns: int
    colour: bool


def screen_of(stream: TextIO, environ: Mapping[str, str]) -> Screen | None:
    """Return the terminal behind a stream; None where a program reads it, which gets plain lines that never wrap.

    COLUMNS, where it is set, goes before the terminal's own width; NO_COLOR (https://no-color.org) and TERM=dumb
    take the colours away.
    """
    if not stream.isatty():
        return None
    colour = not environ.get("NO_COLOR") and environ.get("TERM", "") not in _WITHOUT_COLOUR
    return Screen(shutil.get_terminal_size().columns, colour)


def draw(pieces: Iterable[RenderableType], screen: Screen) -> str:
    """Return the pieces as lines of at most the screen's width, without spaces or a line end at their ends."""
    text = StringIO()
    console = Console(
        file=text,
        width=screen.columns,
        color_system="standard" if screen.colour else None,
        force_terminal=screen.colour,
        no_color=not screen.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for piece in pieces:
        console.print(piece, overflow="fold")
    return "\n".join(_TAIL.sub(_without_blanks, line) for line in text.getvalue().splitlines())


def words(text: str, style: str = "") -> Text:
    """Return text as it is, whoever wrote it; a word that is wider than its place goes on in the next line."""
    return Text(inert(text), style, overflow="fold")


def beside(first: Text, second: Text, width: int, *, indent: int = 0, gap: int = 1) -> RenderableType:
    """Return two texts side by side: the first in so many cells, the second beside it however many lines it takes."""
    grid = Table.grid(padding=(0, gap, 0, 0), pad_edge=False)
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(first, second)
    return Padding(grid, (0, 0, 0, indent)) if indent else grid


def indented(text: Text, indent: int) -> RenderableType:
    """Return a text of which each line begins so many cells further right."""
    return Padding(text, (0, 0, 0, indent))


def _without_blanks(tail: re.Match[str]) -> str:
    """Return the end of a line without its blanks: columns are filled up, also in colour."""
    return _RESET if _RESET in tail[0] else ""
