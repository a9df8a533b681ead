"""A digest on a terminal says what the plain text says, at any width, and nothing is cut."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from digest.facts import Facts, Period
from digest.terminal.night import WIDEST, night_screen
from digest.terminal.screen import Screen
from digest.text import render_text
from store.printable import inert
from tests.facts_factory import END, START, night

HOSTILE = night(7, name="[bold red]x[/bold red][link=https://evil.example]\x1b[31m\u202e")
NIGHTS = {
    "empty": night(0),
    "silent": night(0, received=False),
    "busy": night(40, 3),
    "long names": night(9, name="Extraordinarily" * 9),
    "hostile": HOSTILE,
    "adhoc": replace(night(2), kind="adhoc", skipped=(Period(START, END, END, "UTC"),)),
}


def squeezed(text: str) -> str:
    """Return a text without its blanks: what is told, however it is laid out."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 300])
@pytest.mark.parametrize("name", NIGHTS)
def test_every_character_is_told_in_order_within_the_width(name: str, columns: int) -> None:
    told = night_screen(NIGHTS[name], Screen(columns, colour=False))
    assert squeezed(told) == squeezed(inert(render_text(NIGHTS[name])))
    assert max(map(cell_len, told.splitlines())) <= min(columns, WIDEST)


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(20, 130))
def test_so_it_is_whatever_the_alerts_are_called(name: str, columns: int) -> None:
    facts = night(3, name=f"a{name}")
    told = night_screen(facts, Screen(columns, colour=False))
    assert squeezed(told) == squeezed(inert(render_text(facts)))
    assert max(map(cell_len, told.splitlines())) <= min(columns, WIDEST)


def test_names_stand_above_their_words_where_there_is_no_room_beside() -> None:
    facts = night(2)
    assert "  🔴 critical  10 occurrences in 1 group, 1 firing" in night_screen(facts, Screen(60, colour=False))
    assert "  🔴 critical\n    10 occurrences in 1\n    group, 1 firing" in night_screen(
        facts, Screen(24, colour=False)
    )


@pytest.mark.parametrize(
    ("facts", "style"), [(night(4), "\x1b[1;31m"), (night(0), "\x1b[1;32m"), (night(0, received=False), "\x1b[1;33m")]
)
def test_the_verdict_has_the_colour_of_the_mood(facts: Facts, style: str) -> None:
    assert night_screen(facts, Screen(80, colour=True)).splitlines()[1].startswith(style)


def test_no_escape_and_no_colour_comes_from_an_alert() -> None:
    told = night_screen(HOSTILE, Screen(80, colour=True))
    assert set(re.findall(r"\x1b[^m]*m", told)) <= {
        f"\x1b[{code}m" for code in ("0", "1", "2", "33", "1;31", "1;33", "1;36")
    }
    assert "[bold red]x[/bold red]" in re.sub(r"\x1b[^m]*m", "", told)
