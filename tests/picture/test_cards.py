"""Every card is drawn by the official renderer without a complaint, whole and readable, on a phone, light and dark."""

from dataclasses import replace

import pytest

from digest.card import render_card
from digest.cluster.join import join
from digest.cluster.model import Missing, Observed, Pod, Rollout, Workload
from digest.facts import Capture, Facts, Heartbeat, LateGroup
from digest.model.phrasing import GroupText, Phrasing
from tests.facts_factory import END, PERIOD, START, night
from tests.picture.conftest import Card, Drawn
from tools.picture.drawing import PHONE_WIDTH, Drawing, Look
from tools.picture.packages import Theme

THEMES: tuple[Theme, ...] = ("light", "dark")
LATE = LateGroup("s", "c", "KubePodCrashLoopingOfAnEarlierNight", "critical", "critical", "n", 2, START, END)
LONG = "ThePrometheusOperatorReconciliationOfAnAlertmanagerConfigurationHasFailedRepeatedly"


def _long_names() -> Facts:
    facts = night(9, name=LONG)
    groups = tuple(
        replace(group, namespace="n" * 63, owner="o" * 60, severity="s" * 30, summary="w" * 300)
        for group in facts.groups
    )
    return replace(facts, groups=groups)


def _all_notes() -> Facts:
    return replace(
        night(60, 17),
        kind="adhoc",
        skipped=(PERIOD,) * 8,
        heartbeats=(Heartbeat("s", "c", "Watchdog", None, alive=False),),
        late=(LATE,),
        capture=Capture(received=False, truncated_alerts=3, quarantined=1),
    )


def _cluster_and_model() -> Facts:
    """Return a night with all sections, and so two rows of buttons, and a model's sentence for each group."""
    facts = night(4)
    api = Workload("Deployment", "namespace-0", "api")
    pods = (Pod(f"u{n}", "namespace-0", f"api-{n}", api, "n1", "CrashLoopBackOff", False, n, END) for n in range(9))
    rollout = Rollout(api, 2, START, "registry.example/api:v1.2.3", "registry.example/api:v1.2.4")
    seen = join(facts, Observed(END, (*pods, rollout), missing=(Missing("events", "no right to list them"),)), ())
    sentence = "It fired all night while its Deployment was rolled out; look at the new version first."
    texts = tuple(GroupText(group.id, sentence, "") for group in facts.groups)
    return replace(seen, phrasing=Phrasing("qwen2.5-coder:1.5b", texts, left_out=3))


NIGHTS = {
    "quiet": night(0),
    "silent": night(0, received=False),
    "small": night(4),
    "300 groups": night(300, 17),
    "millions": night(12, 9_999_999),
    "hostile": night(12, name="<at>x</at>**[x](javascript:alert)** # <b>\u202e\x07" * 3),
    "long names": _long_names(),
    "all notes": _all_notes(),
    "cluster and model": _cluster_and_model(),
}


def card_of(name: str) -> Card:
    return render_card(NIGHTS[name], digest_id="d" * 36, possible_repeat=name == "all notes").card


def buttons_of(card: Card) -> tuple[str, ...]:
    """Return the titles of a card's buttons."""
    return tuple(
        action["title"] for one in card["body"] if one["type"] == "ActionSet" for action in one["actions"]
    )  # fmt: skip


def words_of(drawing: Drawing) -> list[str]:
    return [text.words for text in drawing.texts]


def in_both_themes(drawn: Drawn, card: Card) -> dict[Theme, Drawing]:
    """Return the card light and dark with all its sections open, so that all of it is seen."""
    return {theme: drawn(card, Look(theme=theme, pressed=buttons_of(card))) for theme in THEMES}


def assert_whole_and_readable(drawing: Drawing, theme: str) -> None:
    assert drawing.problems == (), theme
    assert drawing.overflows == (), theme
    assert [text for text in drawing.texts if text.contrast < text.contrast_needed] == [], theme
    assert all(text.left >= 0 and text.right <= PHONE_WIDTH for text in drawing.texts), theme


@pytest.mark.parametrize("name", list(NIGHTS))
def test_a_card_is_drawn_whole_and_readable_on_a_phone(drawn: Drawn, name: str) -> None:
    for theme, drawing in in_both_themes(drawn, card_of(name)).items():
        assert_whole_and_readable(drawing, theme)


def test_a_name_as_long_as_they_get_fits_into_a_window(drawn: Drawn) -> None:
    card = render_card(night(3, name=LONG), digest_id="d", possible_repeat=False).card
    drawing = drawn(card, Look(width=760))
    assert (drawing.problems, drawing.overflows) == ((), ())


def test_each_button_opens_its_section_and_closes_it_again(drawn: Drawn) -> None:
    card = card_of("cluster and model")
    closed, titles = words_of(drawn(card, Look())), buttons_of(card)
    assert titles == ("Patterns", "Advice", "Timeline", "Cluster", "All")
    for title in titles:
        opened = words_of(drawn(card, Look(pressed=(title,))))
        assert closed.count(title) == 1  # the button's own
        assert opened.count(title) == 2  # and the heading of what it opens
        assert len(opened) >= len(closed) + 2  # with a line at least
    assert words_of(drawn(card, Look(pressed=titles * 2))) == closed


def test_hostile_names_are_shown_as_they_are_and_make_no_link(drawn: Drawn) -> None:
    shown = " ".join(words_of(drawn(card_of("hostile"), Look())))
    assert "<at>x</at>**[x](javascript:alert)** # <b>" in shown
    assert "\u202e" not in shown
