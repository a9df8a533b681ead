"""The card is read in ten seconds: what matters is on the first screen of a phone."""

from tests.picture.conftest import Card, Drawn
from tests.picture.test_cards import THEMES, assert_whole_and_readable, buttons_of, in_both_themes
from tools.picture.drawing import PHONE_HEIGHT, Look, first_screen

TEAMS_HEIGHT = 200
"""CSS pixels of a phone's screen that Teams takes with its bars and the author's line: assumed, since none are told."""
NARROW = 300
"""The same for the width of a chat, where the author's picture is beside the card."""


def test_the_verdict_and_what_is_critical_are_on_the_first_screen_of_the_demos_card(
    drawn: Drawn, demo_card: Card
) -> None:
    for theme in THEMES:
        seen = [text.words for text in first_screen(drawn(demo_card, Look(theme=theme)), PHONE_HEIGHT - TEAMS_HEIGHT)]
        assert seen[1] == "4 need you now. 306 of 310 alerts cleared by themselves.", theme
        for critical in ("KubePersistentVolumeFillingUp", "KubePodCrashLooping"):
            assert any(critical in words for words in seen), theme
    for theme, drawing in in_both_themes(drawn, demo_card).items():
        assert_whole_and_readable(drawing, theme)
    assert drawn(demo_card, Look(width=NARROW, pressed=buttons_of(demo_card))).overflows == ()
