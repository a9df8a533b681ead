"""Every kind of card is drawn by the official renderer without a complaint, whole and readable, and answers to a tap.

Light and dark, on a phone and in a window, as it comes and with all its sections open.
"""

import pytest

from tests.picture.conftest import Taken
from tests.picture.kinds import KINDS
from tests.picture.looks import LOOKS, buttons_of, wrong_with
from tools.picture.drawing import PHONE_HEIGHT, Look, Text, first_screen

TEAMS_HEIGHT = 200
"""CSS pixels of a phone's screen that Teams takes with its bars and the author's line: assumed, since none are told."""
EACH = [(name, look) for name in KINDS for look in LOOKS]
IDS = [f"{name}-{look.theme}-{look.width}" for name, look in EACH]
each_card = pytest.mark.parametrize(("name", "look"), EACH, ids=IDS)


@each_card
def test_a_card_is_drawn_whole_and_readable(taken: Taken, name: str, look: Look) -> None:
    assert wrong_with(taken(name, look).closed, look) == []
    assert wrong_with(taken(name, look).opened, look) == []


@each_card
def test_the_verdict_and_what_it_is_about_are_on_the_first_screen(taken: Taken, name: str, look: Look) -> None:
    verdict, about = KINDS[name]()["body"][0]["items"][:2]
    seen = [text.words for text in first_screen(taken(name, look).closed, PHONE_HEIGHT - TEAMS_HEIGHT)]
    assert seen[:2] == [verdict["text"], " ".join(about["inlines"][0]["text"].split())]


@each_card
def test_each_button_opens_its_section_and_closes_it_again(taken: Taken, name: str, look: Look) -> None:
    closed = tuple(text.words for text in taken(name, look).closed.texts)
    assert tuple(one.title for one in taken(name, look).toggled) == buttons_of(KINDS[name]())
    for one in taken(name, look).toggled:
        assert (closed.count(one.title), one.opened.count(one.title)) == (1, 2)  # the button's title, and a heading
        assert len(one.opened) >= len(closed) + 2  # with a line at least
        assert one.closed == closed


def test_the_kinds_have_every_button_between_them() -> None:
    buttons = {title for card in KINDS.values() for title in buttons_of(card())}
    assert buttons == {"Stories", "Patterns", "Advice", "Silenced", "Noise", "Timeline", "Cluster", "All"}


@pytest.mark.parametrize("look", LOOKS)
def test_hostile_names_are_shown_as_they_are_and_make_no_link(taken: Taken, look: Look) -> None:
    shown = " ".join(text.words for text in taken("hostile", look).closed.texts)
    assert "<at>x</at>**[x](javascript:alert)** # <b>" in shown
    assert "\u202e" not in shown


def in_order(text: Text) -> bool:
    """Say whether the runs of a text that is one line high lie one right of the other."""
    return all(one[1] <= other[0] + 1 for one, other in zip(text.runs, text.runs[1:], strict=False))


def test_beside_names_from_right_to_left_our_words_and_numbers_keep_their_place(taken: Taken) -> None:
    texts = [text for text in taken("right-to-left", LOOKS[-1]).opened.texts if len(text.runs) > 1]
    assert len(texts) > 10
    assert [text.words for text in texts if text.bottom - text.top < 20 and not in_order(text)] == []
