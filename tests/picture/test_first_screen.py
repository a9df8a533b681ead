"""The card is read in ten seconds: what matters is on the first screen of a phone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.briefing import build_briefing
from digest.card import render_card
from digest.compare.model import Comparison, GroupComparison
from digest.facts import Facts, Group
from digest.health.model import Absence, Span
from digest.stories.find import with_stories
from tests.incidents import incidents
from tests.picture.conftest import Card, Drawn
from tests.picture.looks import THEMES, buttons_of, wrong_with
from tests.picture.test_cards import TEAMS_HEIGHT
from tests.stories import night
from tools.picture.drawing import PHONE_HEIGHT, Look, first_screen

NARROW = 300
"""The same for the width of a chat, where the author's picture is beside the card."""


def test_the_verdict_and_what_is_critical_are_on_the_first_screen_of_the_demos_card(
    drawn: Drawn, demo_card: Card
) -> None:
    for theme in THEMES:
        seen = [text.words for text in first_screen(drawn(demo_card, Look(theme=theme)), PHONE_HEIGHT - TEAMS_HEIGHT)]
        assert seen[0] == "3 need you now, 1 to check. 306 of 310 alerts cleared.", theme
        for critical in ("KubePersistentVolumeFillingUp", "KubePodCrashLooping"):
            assert any(critical in words for words in seen), theme
        look = Look(theme=theme, pressed=buttons_of(demo_card))
        assert wrong_with(drawn(demo_card, look), look) == []
    assert drawn(demo_card, Look(width=NARROW, pressed=buttons_of(demo_card))).overflows == ()


def urgent(group: Group) -> Group:
    """Let a group fire as a critical with all that its item can tell."""
    return replace(
        group,
        severity="critical",
        level="critical",
        attention="firing",
        firing_count=1,
        resolved_count=0,
        firing_since=group.first_seen,
        owner="payments-platform",
        summary="Requests to this service have failed for longer than its error budget of 30 days allows.",
        runbook_url="https://runbooks.example/of-this-alert",
    )


def loud_night(seed: int) -> Facts:
    """Return a night of 300 groups in 12 stories, all urgent, compared, and with a receiver that was away."""
    facts = night(urgent(group) for some in incidents(seed) for group in some)
    away = Absence((Span(facts.period.start, facts.period.start + timedelta(minutes=25)),), 0, 1500)
    compared = tuple(
        GroupComparison(group.id, group.id, 1, "chronic", "worse", fired_nights=6, of_nights=7, usual=4.0, spread=1.0)
        for group in facts.groups
    )
    facts = replace(facts, capture=replace(facts.capture, receiver_away=away, truncated_alerts=7), kind="adhoc")
    return with_stories(replace(facts, cluster="prod-eu", comparison=Comparison(42, 28, compared)))


@pytest.mark.parametrize("seed", range(3))
def test_of_300_groups_in_12_stories_the_verdict_and_the_first_three_are_on_the_first_screen(
    drawn: Drawn, seed: int
) -> None:
    facts = loud_night(seed)
    brief = build_briefing(facts)
    assert (len(facts.groups), len(facts.stories), brief.more_attention + len(brief.attention)) == (300, 12, 12)
    card = render_card(facts, digest_id="d" * 36, possible_repeat=True).card
    for theme in THEMES:
        drawing = drawn(card, Look(theme=theme))
        seen = " ".join(text.words for text in first_screen(drawing, PHONE_HEIGHT - TEAMS_HEIGHT))
        assert seen.startswith(brief.verdict)
        for item in brief.attention[:3]:
            for words in (item.title, item.state, item.followers):
                assert words in seen, theme
        assert wrong_with(drawing, Look(theme=theme)) == []
