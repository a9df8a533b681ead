"""The card is valid by the official schema and by our rules, fits the budget, and says the verdict first."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.card import check_card, render_card, test_card
from digest.compare.model import Comparison, GroupComparison, NightComparison, NightCount
from digest.facts import Capture, Facts, Heartbeat, LateGroup, Period
from digest.html import render_html
from digest.noise.model import Proposal
from digest.noise.words import noise_lines
from digest.text import render_text
from tests.card_nodes import nodes, plain, spaced
from tests.card_schema import schema_errors
from tests.facts_factory import END, PERIOD, START, night
from tests.noise_factory import RULE, judged

test_card.__test__ = False  # type: ignore[attr-defined]
NIGHTS = {
    "empty": night(0),
    "silent": night(0, received=False),
    "small": night(4),
    "5,000 episodes in 300 groups": night(300, 17),
    "hostile": night(12, name="<at>**[x](javascript:alert)**\u202e\x07" * 40),
    "adhoc": replace(night(2), kind="adhoc", skipped=(Period(START, END, END, "UTC"),)),
}


@pytest.mark.parametrize("name", list(NIGHTS))
def test_a_card_passes_the_official_schema_and_our_rules(name: str) -> None:
    card = render_card(NIGHTS[name], digest_id="d", possible_repeat=False).card
    assert schema_errors(card) == []
    assert check_card(card) == []


def test_the_verdict_counts_what_needs_you_and_the_header_is_red() -> None:
    # Groups 0 and 3 fire; 0 is critical, 1 is a warning that cleared, 2 is info, 3 is unknown and counts.
    head = render_card(night(4), digest_id="d", possible_repeat=False).card["body"][0]
    assert head["style"] == "attention"
    assert head["items"][0]["text"] == "2 need you now. 2 of 4 alerts cleared."
    assert spaced(head["items"][1]["inlines"][0]["text"]) == "prod-eu · Sun 22 Nov 18:00 – Mon 08:00 CET"


def test_the_figures_tell_what_is_held_back_as_a_part_of_what_fires() -> None:
    facts = night(4)
    held = replace(facts, groups=(replace(facts.groups[0], suppressed_count=1), *facts.groups[1:]))
    card = render_card(held, digest_id="d", possible_repeat=False).card
    (figures,) = (one for one in card["body"] if one["type"] == "ColumnSet")
    told = [[item["text"] for item in column["items"]] for column in figures["columns"]]
    assert told == [["2", "firing", "1 held back"], ["2", "cleared"]]
    assert "40 occurrences of 4 alerts in 4 groups. 4 groups" in json.dumps(card)


def test_where_criticals_have_cleared_by_themselves_the_card_says_so() -> None:
    facts = night(4)
    group = replace(facts.groups[0], attention="cleared_critical", firing_count=0, firing_since=None, resolved_count=1)
    cleared = replace(facts, groups=(group,), patterns=(), totals=replace(facts.totals, firing=0, resolved=4))
    head, title, *_ = render_card(cleared, digest_id="d", possible_repeat=False).card["body"]
    assert head["items"][0]["text"] == "Nothing needs you now. 4 of 4 alerts cleared."
    assert spaced(title["text"]) == "Requires attention · critical, but cleared"


def test_a_runbook_without_a_reason_before_it_is_on_the_line_of_the_state() -> None:
    facts = night(1)
    bare = replace(facts, groups=(replace(facts.groups[0], summary=""),))
    item = render_card(bare, digest_id="d", possible_repeat=False).card["body"][2]
    title, state = ([spaced(run["text"]) for run in row["inlines"]] for row in item["items"])
    assert title == ["🔴 Alert0 – pod-0"]
    assert state == [
        "critical · firing since 18:00 (14 h) · namespace-0 / eu-1", " · ", "owner ", "team-0", " · ", "Runbook",
    ]  # fmt: skip


def test_a_name_that_is_written_from_right_to_left_keeps_to_itself() -> None:
    facts = night(1)
    facts = replace(facts, groups=(replace(facts.groups[0], alertname="דיסק מלא", owner="צוות", summary="91% בדיסק"),))
    shown = json.dumps(render_card(facts, digest_id="d", possible_repeat=False).card, ensure_ascii=False)
    for isolated in ("🔴\u00a0\u2068דיסק מלא\u2069 – pod-0", "\u2068צוות\u2069", "\u206891% בדיסק\u2069"):
        assert isolated in shown
    assert shown.count("\u2068") == shown.count("\u2069")


def test_a_quiet_night_is_green_only_with_proof_that_capture_worked() -> None:
    assert render_card(night(0), digest_id="d", possible_repeat=False).card["body"][0]["style"] == "good"
    silent = render_card(night(0, received=False), digest_id="d", possible_repeat=False).card["body"][0]
    assert silent["style"] == "warning"
    assert silent["items"][0]["text"].startswith("Nothing was received at all.")


def test_of_a_night_of_which_nothing_was_received_it_is_not_said_that_no_alert_fired() -> None:
    silent = night(0, received=False)
    assert "No alert fired" not in json.dumps(render_card(silent, digest_id="d", possible_repeat=False).card)
    assert "Whether any alert fired is not known." in render_text(silent)
    assert "No alert fired." in render_text(night(0))


def test_over_budget_sections_go_in_order_and_each_leaves_a_line() -> None:
    rendered = render_card(night(300, 17, name="ü" * 60), digest_id="d", possible_repeat=False)
    assert rendered.dropped
    assert check_card(rendered.card) == []
    order = ("All", "Timeline", "Cluster", "Noise", "Silenced", "Advice", "Patterns", "Stories", "short")
    assert rendered.dropped == order[: len(rendered.dropped)]
    shown = json.dumps(rendered.card)
    assert all(f"{name}: " in shown for name in rendered.dropped if name in {"All", "Advice", "Patterns"})


def test_links_that_no_card_can_hold_are_left_to_the_page() -> None:
    facts = night(9)
    long = "https://runbooks.example/" + "x" * 7_000
    facts = replace(facts, groups=tuple(replace(group, runbook_url=long) for group in facts.groups))
    assert check_card(render_card(facts, digest_id="d", possible_repeat=False).card) == []
    assert long in render_html(facts)


def test_whatever_is_in_the_facts_the_card_keeps_to_the_budget_and_has_its_verdict() -> None:
    facts = night(60, name="🐢" * 130)
    groups = tuple(
        replace(group, summary="🐢" * 200, owner="🐢" * 50, namespace="🐢" * 90, severity="🐢" * 30)
        for group in facts.groups
    )
    late = tuple(LateGroup("s", "c", "🐢" * 90, "x", "other", "n", 1, START, END) for _ in range(9))
    beats = tuple(Heartbeat("s", "c", "🐢" * 90, None, alive=False) for _ in range(9))
    full = replace(facts, groups=groups, late=late, heartbeats=beats, kind="adhoc", skipped=(PERIOD,) * 9)
    card = render_card(full, digest_id="d" * 36, possible_repeat=True).card
    assert check_card(card) == []
    assert "you now" in card["body"][0]["items"][0]["text"]


def test_no_note_is_cut_and_a_repeat_is_said_first() -> None:
    facts = replace(
        night(2),
        kind="adhoc",
        skipped=(PERIOD,) * 8,
        heartbeats=(Heartbeat("s", "c", "Watchdog", None, alive=False),),
        late=(LateGroup("s", "c", "Late", "critical", "critical", "n", 2, START, END),),
        capture=Capture(received=False, truncated_alerts=3, quarantined=1),
    )
    body = render_card(facts, digest_id="d", possible_repeat=True).card["body"]
    top = [spaced(item["inlines"][0]["text"]) for item in body[0]["items"] if item["type"] == "RichTextBlock"][1:]
    rest = [spaced(one["inlines"][0]["text"]) for one in body[1:] if one["type"] == "RichTextBlock"]
    notes = [note for note in rest if note.startswith("⚠")]
    assert top == [f"⚠ This may be a repeat: an earlier try may have arrived. {len(notes)} more notes below."]
    assert notes[0] == "⚠ The night's own digest still comes."
    assert "⚠ 2 alerts of an earlier night arrived too late for its digest: Late." in notes
    assert notes[-1].endswith("Mon 23 Nov 08:00 CET and 7 windows before it.")


def test_a_quiet_night_tells_all_its_notes_at_the_top() -> None:
    facts = replace(
        night(0),
        kind="adhoc",
        capture=Capture(received=True, truncated_alerts=3, quarantined=1),
        heartbeats=(Heartbeat("s", "c", "Watchdog", None, alive=False),),
    )
    top = render_card(facts, digest_id="d", possible_repeat=True).card["body"][0]["items"]
    notes = [spaced(item["inlines"][0]["text"]) for item in top if item["type"] == "RichTextBlock"][1:]
    assert [note.split()[1] for note in notes] == ["This", "The", "Capture:"]
    for what in ("3 alerts cut by Alertmanager", "1 unreadable", "heartbeat stopped"):
        assert what in notes[2]


def test_a_quiet_night_with_a_late_critical_alert_is_not_green() -> None:
    late = (LateGroup("s", "c", "Late", "critical", "critical", "n", 1, START, END),)
    card = render_card(replace(night(0), late=late), digest_id="d", possible_repeat=False).card
    assert card["body"][0]["style"] == "warning"


def test_on_a_monday_the_noisiest_rules_are_named_and_a_button_says_what_would_quieten_them() -> None:
    loud = judged("too_sensitive", Proposal("for", 41, 7, 600))
    card = render_card(replace(night(4), noise=(loud,)), digest_id="d", possible_repeat=False).card
    shown = json.dumps(card, ensure_ascii=False)
    assert f"Noisiest rules of the last weeks: {loud.record.rule.alertname}." in shown
    assert '"title": "Noise"' in shown
    assert noise_lines((loud,))[0].words in shown
    assert check_card(card) == []


def test_the_card_has_the_last_seven_nights_and_how_usual_each_story_is() -> None:
    facts = night(4)
    nights = tuple(NightCount(END - timedelta(days=before), 10 + before) for before in range(6, -1, -1))
    whole = NightComparison("louder", 12, 12.0, 1.0, 9, nights)
    compared = tuple(GroupComparison(group.id, group.id, 1, "new") for group in facts.groups)
    card = render_card(
        replace(facts, comparison=Comparison(12, 12, compared, whole)), digest_id="d", possible_repeat=False
    ).card
    shown = plain(card)
    assert "Louder than usual: 40 occurrences, usually about 12, last week 9." in shown
    assert "Tue 16 · Wed 15 · Thu 14 · Fri 13 · Sat 12 · Sun 11 → Mon 10" in shown
    assert "new in 12 nights kept" in shown
    assert "4 new." in shown


def test_the_list_of_all_groups_says_how_many_it_leaves_out() -> None:
    shown = json.dumps(render_card(night(27, 1, name="A"), digest_id="d", possible_repeat=False).card)
    assert "and 2 groups more" in shown


def test_our_own_words_use_no_markdown() -> None:
    card = render_card(night(300, 17), digest_id="d", possible_repeat=False).card
    assert "`" not in json.dumps(card)


def test_untrusted_text_is_only_in_runs_and_without_direction_marks() -> None:
    shown = json.dumps(render_card(NIGHTS["hostile"], digest_id="d", possible_repeat=False).card, ensure_ascii=False)
    assert "\u202e" not in shown
    assert "<at>" in shown


@pytest.mark.parametrize("groups", [0, 3])
def test_no_name_of_another_is_in_a_block_that_knows_markdown(groups: int) -> None:
    name = "[Sign in](https://evil.example) **x**"
    facts = replace(night(groups, name=name), noise=(judged("flapping", rule=replace(RULE, alertname=name)),))
    card = render_card(facts, digest_id="d", possible_repeat=False).card
    assert "evil.example" in json.dumps(card)
    assert [node for node in nodes(card) if node.get("type") == "TextBlock" and "evil" in node["text"]] == []


def test_a_possible_repeat_is_said() -> None:
    assert "may be a repeat" in json.dumps(render_card(night(1), digest_id="d", possible_repeat=True).card)


def test_the_test_card_is_valid() -> None:
    card = test_card(datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert (schema_errors(card), check_card(card)) == ([], [])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"version": "1.5"}, "the version must be 1.4"),
        ({"body": [{"type": "Table"}]}, "Table is no element of ours"),
        ({"body": [{"type": "TextBlock", "text": "x", "wrap": "true"}]}, "wrap of TextBlock must be a JSON boolean"),
        ({"body": [{"type": "TextBlock", "text": ""}]}, "a TextBlock has no text"),
        ({"body": [{"type": "TextBlock", "text": "x" * 30_000}]}, "it is too large"),
        ({"body": [{"type": "Container", "id": "a", "items": []}, {"type": "Container", "id": "a"}]}, "an id is used"),
    ],
)
def test_our_rules_find_what_the_schema_does_not(change: dict[str, object], problem: str) -> None:
    (found,) = check_card({"type": "AdaptiveCard", "version": "1.4", "fallbackText": "x", "body": []} | change)
    assert found.startswith(problem)


@pytest.mark.parametrize("facts", NIGHTS.values(), ids=NIGHTS.keys())
def test_text_and_page_have_all_five_sections(facts: Facts) -> None:
    text, page = render_text(facts), render_html(facts)
    for title in ("Requires attention", "Overnight summary", "Patterns", "Recommended actions", "By severity"):
        assert title.upper() in text
        assert title in page
    assert "<b>here" not in page
    assert "javascript:alert)**</" not in page or "<at>" not in page
