"""Every group with its figures and its episodes, and what is left out is said."""

from dataclasses import replace
from datetime import timedelta

from digest.episode import Episode
from digest.html import render_html
from digest.report import build_report
from digest.report.groups import MOST_GROUPS
from digest.report.model import EpisodeRow
from tests.facts_factory import END, START, night
from tests.report_nights import model

HOUR = timedelta(hours=1)


def test_a_group_has_its_figures_owner_and_links() -> None:
    (card,) = build_report(night(1)).groups
    figures = {line.name: line.words for line in card.figures}
    assert (figures["Severity"], figures["Namespace"], figures["Source"]) == (
        "critical",
        "namespace-0",
        "default / eu-1",
    )
    assert (figures["Fired for"], figures["Occurrences"]) == ("1 h", "10 of 1 alert")
    assert (figures["State"], figures["pod"]) == ("1 firing, 1 flapping", "pod-0")
    assert figures["Shared labels"] == "node=node-0, pod=pod-0, team=team-0"
    assert [name for name, _ in card.links] == ["Runbook", "Source"]


def test_episodes_are_told_with_their_state_and_those_left_out_are_counted() -> None:
    facts = night(1, 5)
    episodes = (
        Episode(START + 13 * HOUR, None, "firing", (("pod", "api-1"), ("zone", "b"))),
        Episode(START + 2 * HOUR, START + 3 * HOUR, "stale"),
        Episode(START - HOUR, START + HOUR / 2, "cleared"),
    )
    group = replace(facts.groups[0], episodes=episodes)
    (card,) = build_report(replace(facts, groups=(group,))).groups
    # The night is from 18:00 to 08:00 in Berlin; what began before it has its day.
    assert card.episodes == (
        EpisodeRow("07:00", "still firing", "1 h", "pod=api-1, zone=b"),
        EpisodeRow("20:00", "no news since 21:00", "1 h", "–"),
        EpisodeRow("Sun 22 Nov 17:00", "18:30", "1 h 30 min", "–"),
    )
    assert card.episodes_note == "2 earlier episodes not listed."


def test_a_group_without_kept_episodes_says_how_many_there_were() -> None:
    (card,) = build_report(night(1, 5)).groups
    assert (card.episodes, card.episodes_note) == ((), "5 episodes, not listed one by one.")


def test_more_groups_than_a_page_holds_are_counted() -> None:
    facts = night(MOST_GROUPS + 3)
    report = build_report(facts)
    assert (len(report.groups), report.more_groups) == (MOST_GROUPS, 3)
    assert "and 3 more groups; <code>--format facts</code> has all of them" in render_html(facts)


def test_links_on_the_page_lead_to_what_is_there() -> None:
    page = render_html(model())
    targets = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert "evidence-g1" in targets
    assert [one for one in targets if f'id="{one}"' not in page] == []


def test_a_group_in_an_unfinished_night_is_told_up_to_now() -> None:
    facts = night(1)
    half = replace(facts, period=replace(facts.period, cut_off=END - 7 * HOUR))
    (card,) = build_report(half).groups
    assert card.span == "18:00 to 01:00"
