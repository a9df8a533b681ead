"""A story is told in a line that is read in a breath; names are untrusted, and no cause is claimed."""

from dataclasses import replace

from digest.facts import Group
from digest.stories.find import find_stories
from digest.stories.model import Joined, Story
from digest.stories.words import (
    follower_lines,
    followers_words,
    shared,
    still_words,
    story_line,
    story_lines,
    told_time,
    why,
)
from digest.wording import Line
from tests.facts_factory import PERIOD
from tests.stories import alert, minute, night

NODE = (
    alert("KubeNodeNotReady", 480, 515, namespace="monitoring", node="worker-3"),
    alert("KubePodNotReady", 484, None, series=12, node="worker-3", pod="api-7d9f8b6c5-x2k4z"),
    alert("TargetDown", 482, 514, namespace="monitoring", node="worker-3"),
    alert("KubeDeploymentReplicasMismatch", 490, 520, deployment="api"),
)
"""The period begins at 18:00 in Berlin: minute 480 is 02:00."""


def told(*groups: Group) -> tuple[Story, dict[str, Group]]:
    facts = night(groups)
    return find_stories(facts)[0], {group.id: group for group in facts.groups}


def test_the_headline_says_when_what_follows_and_why_and_what_still_fires() -> None:
    story, by_id = told(*NODE)
    line = story_line(story, by_id, PERIOD)
    assert line.name == "🟠 KubeNodeNotReady · worker-3"
    # 12 + 1 + 1 series follow.
    assert line.words == (
        "02:00 to 02:35, and 14 alerts follow: KubePodNotReady, TargetDown, KubeDeploymentReplicasMismatch "
        "(same node worker-3, same workload api), 1 of them still firing"
    )


def test_what_still_fires_is_counted_of_the_followers_only() -> None:
    story, by_id = told(alert("A", 480, level="critical", deployment="a"), alert("B", 490, 500, deployment="a"))
    assert (story.firing_count, still_words(story, by_id)) == (1, "")


def test_where_all_followers_still_fire_they_are_not_counted_again() -> None:
    lead = alert("A", 480, level="critical", deployment="a")
    story, by_id = told(lead, alert("B", 490, deployment="a"))
    assert still_words(story, by_id) == "still firing"
    story, by_id = told(lead, alert("B", 490, deployment="a"), alert("C", 491, deployment="a"))
    assert still_words(story, by_id) == "all still firing"


def test_each_follower_says_where_how_many_since_when_and_what_it_shares() -> None:
    story, by_id = told(*NODE)
    assert [(line.name, line.words) for line in follower_lines(story, by_id, PERIOD)] == [
        ("🟠 KubePodNotReady · shop", "12 alerts from 02:04, 1 firing, same node worker-3"),
        ("🟠 TargetDown · monitoring", "1 alert from 02:02, cleared, same node worker-3"),
        ("🟠 KubeDeploymentReplicasMismatch · shop", "1 alert from 02:10, cleared, same workload api"),
    ]


def test_a_story_of_one_is_followed_by_nothing() -> None:
    story, by_id = told(alert("A", 480, 515))
    assert (followers_words(story, by_id), follower_lines(story, by_id, PERIOD)) == ("", ())
    assert story_lines((story,), by_id, PERIOD) == ()


def test_one_follower_follows() -> None:
    story, by_id = told(alert("A", 60, 100, deployment="api"), alert("B", 70, 100, deployment="api"))
    assert followers_words(story, by_id) == "1 alert follows: B (same workload api)"


def test_times_say_whether_it_still_fires_has_cleared_or_was_last_heard_of() -> None:
    assert told_time(alert("A", 480, 515), PERIOD) == "02:00 to 02:35"
    assert told_time(alert("A", 480), PERIOD) == "since 02:00"
    assert told_time(alert("A", -90), PERIOD) == "since before 18:00"
    assert told_time(alert("A", -90, 515), PERIOD) == "before 18:00 to 02:35"
    again = replace(alert("A", 60), firing_since=minute(480))
    assert told_time(again, PERIOD) == "since 02:00"
    stale = replace(alert("A", 480, 515), stale_count=1, resolved_count=0, last_news=minute(515))
    assert told_time(stale, PERIOD) == "from 02:00, no news since 02:35"


def test_the_time_is_that_of_the_headline_whatever_came_before_it() -> None:
    groups = (alert("CPUThrottlingHigh", 120, 800, level="info", deployment="a"), alert("A", 480, 515, deployment="a"))
    story, by_id = told(*groups)
    assert story_line(story, by_id, PERIOD).words.startswith("02:00 to 02:35, and 1 alert follows: CPUThrottlingHigh")


def test_the_place_is_the_headlines_own_and_not_one_that_only_its_followers_share() -> None:
    errors = alert("Errors", 480, 515, level="critical")
    pods = (
        alert("A", 481, 515, deployment="api"),
        alert("B", 490, 515, deployment="api"),
        alert("C", 495, 515, service="api"),
    )
    story, by_id = told(errors, *pods)
    assert (story.kind, story.subject) == ("workload", "shop/api")
    assert story_line(story, by_id, PERIOD).name == "🔴 Errors · shop"
    alone, by_id = told(alert("Alone", 480, 515, namespace=""))
    assert story_line(alone, by_id, PERIOD) == Line("🟠 Alone", "02:00 to 02:35")


def test_reasons_are_told_once_the_most_frequent_first_and_two_at_most() -> None:
    reasons = [
        Joined("g2", "workload", "shop/api", "g1"),
        *(Joined(f"g{n}", "namespace", "shop", "g1") for n in (3, 4)),
    ]
    assert why(reasons) == "same namespace shop, same workload api"
    assert why([*reasons, Joined("g5", "node", "w1", "g1")]) == "same namespace shop, same workload api and 1 more"
    assert shared(Joined("g2", "rollout", "registry.example/team/api:1.2.4", "g1")) == "same rollout api:1.2.4"


def test_names_are_cleaned_and_cut() -> None:
    reason = Joined("g2", "node", "w\u202e1\n" + "x" * 90, "g1")
    assert shared(reason) == "same node w1 " + "x" * 36 + "…"
    story, by_id = told(alert("Bad\u202eName\n", 60, 100, deployment="a\tb"), alert("B", 70, 100, deployment="a\tb"))
    assert story_line(story, by_id, PERIOD).name == "🟠 BadName · a b"
