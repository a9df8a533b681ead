"""What the briefing says of stories, of nights that cannot be known, and of what lies outside of the night."""

from dataclasses import replace
from datetime import timedelta

from digest.briefing import build_briefing
from digest.confirm.model import Confirmation
from digest.facts import Facts, Pattern
from digest.stories.find import with_stories
from digest.wording import Line
from tests.facts_factory import END, START
from tests.facts_factory import night as any_night
from tests.noise_factory import judged
from tests.stories import alert, night

NODE = alert("KubeNodeNotReady", 60, 120, namespace="monitoring", node="w1", level="critical")
POD = alert("KubePodCrashLooping", 70, None, pod="api-1", nodes=("w1",))
OTHER = alert("TargetDown", 75, 110, node="w1")


def told(facts: Facts) -> Facts:
    """Return the facts with their stories."""
    return with_stories(facts)


def test_a_story_whose_headline_has_cleared_is_told_by_what_still_fires() -> None:
    facts = told(night((NODE, POD, OTHER)))
    (item,) = build_briefing(facts).attention
    assert item.title.startswith("KubePodCrashLooping")
    assert item.state.startswith("firing since")
    assert item.followers == "with KubeNodeNotReady and 1 group more (same node w1)"
    assert (item.following, [line.name for line in item.details]) == (
        2,
        ["🔴 KubeNodeNotReady", "🟠 TargetDown · shop"],
    )
    (advice, *_) = build_briefing(facts).actions
    assert (advice.name, "look at this node" in advice.words) == ("KubePodCrashLooping", False)


def test_a_story_whose_headline_fires_is_told_by_it() -> None:
    facts = told(night((replace(alert("KubeNodeNotReady", 60, None, namespace="monitoring", node="w1")), POD, OTHER)))
    (item,) = build_briefing(facts).attention
    assert item.title.startswith("KubeNodeNotReady")
    assert item.followers.startswith("2 alerts follow: KubePodCrashLooping, TargetDown (same node w1), 1 of them")
    assert "look at this node before what follows" in build_briefing(facts).actions[0].words


def test_where_all_alerts_of_a_group_fire_and_where_some_do() -> None:
    for firing, state in ((9, "all 9 firing since 19:00 (13 h)"), (2, "2 of 9 firing since 19:00 (13 h)")):
        group = replace(alert("TargetDown", 60, None, series=9), firing_count=firing)
        (item,) = build_briefing(told(night((group,)))).attention
        assert item.state == state


def test_advice_about_one_alert_is_one_line() -> None:
    facts = any_night(1)
    flapping = Pattern("flapping", ("g1",), "Alert0", 10, START, END)
    (line,) = build_briefing(replace(facts, patterns=(flapping, flapping))).actions
    assert line == Line("Alert0", "open its runbook; lengthen its “for” or move its threshold")


def test_two_alerts_of_one_name_have_each_its_line() -> None:
    groups = tuple(
        replace(alert("TargetDown", minute, None, namespace=namespace), runbook_url=runbook)
        for minute, namespace, runbook in ((60, "shop", "https://runbooks.example/down"), (300, "mail", ""))
    )
    lines = build_briefing(told(night(groups))).actions
    assert sorted(line.words for line in lines) == ["look at it first; it names no runbook", "open its runbook"]


def test_that_all_have_cleared_is_said_only_where_all_are_known() -> None:
    quiet = any_night(3)
    calm = replace(quiet.groups[0], attention=None, firing_count=0, firing_since=None, resolved_count=1)
    totals = replace(quiet.totals, series=3, resolved=3, firing=0)
    many = replace(quiet, groups=(calm,), patterns=(), totals=totals)
    webhooks, prometheus = Confirmation("not_asked", "not_asked", (), 30), Confirmation("not_asked", "answered", (), 30)
    assert build_briefing(replace(many, confirmation=webhooks)).verdict.endswith("3 of 3 alerts cleared.")
    assert build_briefing(replace(many, confirmation=prometheus)).verdict.endswith("All 3 alerts cleared.")


def test_what_only_had_no_more_news_is_to_check() -> None:
    facts = any_night(4)
    stale = replace(
        facts.groups[0], attention="stale", stale_count=1, firing_count=0, firing_since=None, last_news=START
    )
    brief = build_briefing(told(replace(facts, groups=(stale, *facts.groups[1:]))))
    assert brief.verdict.startswith("1 needs you now, 1 to check.")
    alone = build_briefing(told(replace(facts, groups=(stale,), patterns=())))
    assert alone.verdict.startswith("Nothing needs you now, 1 to check.")


def test_a_prometheus_that_stopped_proves_no_quiet_night() -> None:
    running = Confirmation("not_asked", "answered", (), 30)
    silent = replace(any_night(0, received=False), confirmation=running)
    assert (build_briefing(silent).verdict, build_briefing(silent).mood) == ("A quiet night: no alerts.", "warning")
    alone = replace(silent, confirmation=replace(running, webhooks=False))
    assert (build_briefing(alone).verdict, build_briefing(alone).mood) == ("A quiet night: no alerts.", "good")
    stopped = replace(silent, confirmation=replace(running, evaluated_until=START))
    assert build_briefing(stopped).verdict.startswith("Nothing was received at all.")
    assert build_briefing(stopped).mood == "warning"
    loud = replace(any_night(2), confirmation=stopped.confirmation)
    assert build_briefing(loud).summary[0].startswith("At least ")
    assert any("Prometheus has evaluated nothing since" in note for note in build_briefing(loud).notes)


def test_a_time_after_the_night_has_its_day() -> None:
    facts = any_night(1)
    late = replace(facts.period, cut_off=END + timedelta(days=3))
    stale = replace(
        facts.groups[0],
        attention="stale",
        stale_count=1,
        firing_count=0,
        firing_since=None,
        last_news=END + timedelta(days=1, hours=16),
    )
    (item,) = build_briefing(told(replace(facts, period=late, groups=(stale,)))).attention
    assert item.state == "no news since Wed 25 Nov 00:00"


def test_a_quiet_monday_names_the_noisiest_rules_too() -> None:
    brief = build_briefing(replace(any_night(0), noise=(judged("flapping"),)))
    assert "Noisiest rules of the last weeks: DiskSlow." in brief.summary


def test_alertmanager_alone_says_nothing_of_what_has_cleared() -> None:
    alone = Confirmation("answered", "not_asked", (), None, webhooks=False)
    brief = build_briefing(replace(any_night(4), confirmation=alone))
    assert brief.verdict.endswith("What has cleared is not known.")
    assert brief.notes[0] == "Told by Alertmanager alone; no webhook was kept."
