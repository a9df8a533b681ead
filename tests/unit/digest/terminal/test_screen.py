"""What a terminal is, and that text of others stays text on it."""

import os
import pty
from collections.abc import Iterator
from io import StringIO
from typing import TextIO

import pytest
from rich.cells import cell_len

from digest.terminal.screen import Screen, beside, draw, indented, screen_of, words

COLOUR = {"TERM": "xterm-256color"}
PLAIN = Screen(40, colour=False)


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """Yield a stream that is a terminal."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream:
        yield stream
    os.close(master)


def test_a_pipe_is_no_screen() -> None:
    assert screen_of(StringIO(), COLOUR) is None


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        (COLOUR, True),
        (COLOUR | {"NO_COLOR": "1"}, False),
        (COLOUR | {"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_a_terminal_has_colours_unless_somebody_asks_for_none(
    terminal: TextIO, environ: dict[str, str], *, colour: bool
) -> None:
    screen = screen_of(terminal, environ)
    assert screen
    assert screen.colour is colour


def test_columns_go_before_the_width_of_the_terminal(terminal: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "57")
    screen = screen_of(terminal, COLOUR)
    assert screen
    assert screen.columns == 57


@pytest.mark.parametrize(
    "text", ["[bold red]", "[link=https://evil.example]x[/link]", ":boom:", "[/]", "\\[", "[@click=x]"]
)
def test_markup_of_others_is_printed_as_it_is(text: str) -> None:
    assert draw([words(text)], PLAIN) == text
    assert draw([words(text)], Screen(40, colour=True)) == text


def test_controls_of_others_are_printed_as_escapes() -> None:
    assert draw([words("a\x1b[31m\x9b\u202eb")], PLAIN) == "a\\u001b[31m\\u009b\\u202eb"


def test_colour_is_only_where_the_screen_has_it() -> None:
    assert draw([words("now", "red")], Screen(40, colour=True)) == "\x1b[31mnow\x1b[0m"
    assert draw([words("now", "bold red")], PLAIN) == "now"


def test_no_line_ends_with_blanks_that_would_be_copied() -> None:
    told = draw([beside(words("a b", "red"), words("c", "green"), 5)], Screen(7, colour=True))
    assert told == "\x1b[31ma b  \x1b[0m \x1b[32mc\x1b[0m"
    assert draw([beside(words("a", "red"), words(""), 5)], Screen(7, colour=True)) == "\x1b[31ma\x1b[0m"


def test_a_word_that_is_too_long_goes_on_in_the_next_line() -> None:
    assert draw([words("x" * 90)], PLAIN) == "\n".join(["x" * 40, "x" * 40, "x" * 10])


def test_what_stands_beside_keeps_to_its_place() -> None:
    told = draw([beside(words("one"), words("two three four"), 5, indent=2)], Screen(18, colour=False))
    assert told == "  one   two three\n        four"
    assert draw([indented(words("two three"), 3)], Screen(9, colour=False)) == "   two\n   three"


def test_signs_of_two_cells_count_as_two() -> None:
    lines = draw([beside(words("🔴 a"), words("界" * 9), 4)], Screen(15, colour=False)).splitlines()
    assert lines == ["🔴 a 界界界界界", "     界界界界"]
    assert [cell_len(line) for line in lines] == [15, 13]
