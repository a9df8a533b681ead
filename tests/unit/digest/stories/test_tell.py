"""The headline explains the others or else is the loudest; stories come by what they require."""

from dataclasses import replace

from digest.facts import Group
from digest.stories.find import find_stories
from tests.stories import alert, condition, minute, night, seen


def first(*groups: Group) -> str:
    """Return the headline of a night of one story."""
    (story,) = find_stories(night(groups))
    return story.headline


def test_a_node_is_told_before_louder_alerts_of_what_is_on_it() -> None:
    crash = alert("KubePodCrashLooping", 119, None, level="critical", pod="db-0", node="w1")
    node = alert("KubeNodeNotReady", 120, 160, namespace="monitoring", node="w1")
    assert first(crash, node) == "g2"


def test_of_two_alerts_of_a_node_the_louder_and_then_the_earlier_is_told() -> None:
    quiet = alert("NodeClockSkew", 120, 160, level="info", node="w1")
    assert first(quiet, alert("KubeNodeNotReady", 125, 160, node="w1")) == "g2"
    assert first(alert("B", 121, 160, node="w1"), alert("A", 120, 160, node="w1")) == "g2"


def test_a_volume_is_told_before_what_uses_it() -> None:
    crash = alert("KubePodCrashLooping", 100, None, level="critical", pod="db-0")
    assert first(crash, alert("KubePersistentVolumeFillingUp", 60, None, persistentvolumeclaim="data-db-0")) == "g2"


def test_a_workload_is_told_before_its_pods_where_it_is_as_loud() -> None:
    pods = alert("KubePodNotReady", 60, 100, pod="api-7d9f8b6c5-x2k4z")
    assert first(pods, alert("KubeDeploymentReplicasMismatch", 64, 100, deployment="api")) == "g2"
    loud = alert("KubePodCrashLooping", 65, 100, level="critical", pod="api-7d9f8b6c5-x2k4z")
    assert first(alert("KubeDeploymentReplicasMismatch", 64, 100, deployment="api"), loud) == "g2"


def test_else_the_loudest_and_of_those_the_earliest_is_told() -> None:
    assert first(alert("A", 60, 100), alert("B", 61, 100, level="critical")) == "g2"
    assert first(alert("A", 61, 100), alert("B", 60, 100)) == "g2"
    assert first(alert("B", 60, 100), alert("A", 60, 100)) == "g2"


def test_a_story_has_the_span_the_followers_series_and_what_fires_of_all_its_groups() -> None:
    groups = (
        alert("A", -30, 100, level="critical", series=4, deployment="api"),
        alert("B", 70, None, series=7, deployment="api"),
        alert("C", 80, 90, series=2, deployment="api"),
    )
    (story,) = find_stories(night(groups))
    # 7 and 2 series follow; one of the second group's fires.
    assert (story.groups, story.following_series, story.firing_count, story.attention) == (
        ("g1", "g2", "g3"),
        9,
        1,
        True,
    )
    assert (story.start, story.end) == (minute(-30), minute(14 * 60))


def test_followers_are_told_by_importance_and_each_says_with_whom_it_shares_what() -> None:
    groups = (
        alert("KubePodNotReady", 130, 170, node="w1", pod="api-7d9f8b6c5-x2k4z", level="critical"),
        alert("KubeDeploymentReplicasMismatch", 140, 170, deployment="api"),
        alert("KubeNodeNotReady", 120, 160, namespace="monitoring", node="w1"),
    )
    (story,) = find_stories(night(groups))
    assert [(one.group, one.by, one.subject, one.with_group) for one in story.reasons] == [
        ("g1", "node", "w1", "g3"),
        ("g2", "workload", "shop/api", "g1"),
    ]
    assert (story.kind, story.subject) == ("node", "w1")


def test_the_subject_is_what_most_followers_share() -> None:
    groups = (
        alert("Errors", 60, 100, level="critical"),
        alert("A", 61, 100),
        alert("B", 62, 100, deployment="api"),
        alert("C", 70, 100, deployment="api"),
    )
    (story,) = find_stories(night(groups))
    assert (story.kind, story.subject) == ("namespace", "shop")


def test_a_story_of_one_has_the_subject_of_its_group() -> None:
    groups = (
        alert("A", 60, 70, node="w1"),
        alert("B", 100, 110, deployment="api"),
        alert("C", 200, 210, persistentvolumeclaim="data"),
        alert("D", 300, 310),
        alert("E", 400, 410, namespace=""),
    )
    stories = find_stories(night(groups))
    assert [(story.kind, story.subject) for story in stories] == [
        ("alone", "w1"),
        ("alone", "shop/api"),
        ("alone", "shop/data"),
        ("alone", "shop"),
        ("alone", "E"),
    ]


def test_stories_that_require_attention_come_first_what_fires_before_what_has_cleared() -> None:
    groups = (
        alert("Cleared", 60, 70, level="critical"),
        alert("Past", 100, 110),
        alert("Firing", 200, None),
        alert("Old", 300, 310, deployment="api"),
        alert("Firing too", 305, None, level="critical", deployment="api"),
    )
    stories = find_stories(night(groups))
    assert [(story.id, story.groups) for story in stories] == [
        ("s1", ("g3",)),
        ("s2", ("g5", "g4")),
        ("s3", ("g1",)),
        ("s4", ("g2",)),
    ]
    assert [story.attention for story in stories] == [True, True, True, False]


def test_what_is_stale_comes_before_what_has_cleared() -> None:
    stale = replace(alert("Stale", 100, 200), stale_count=1, resolved_count=0, attention="stale")
    stories = find_stories(night((alert("Cleared", 60, 70, level="critical"), stale)))
    assert [story.groups for story in stories] == [("g2",), ("g1",)]


def test_what_only_a_condition_ties_is_told_as_a_story_of_the_node() -> None:
    groups = (
        alert("A", 130, 200, node="w1", pod="a-0", namespace="a"),
        alert("B", 160, 200, node="w1", pod="b-0", namespace="b"),
    )
    (story,) = find_stories(night(groups, seen(*condition("w1", "MemoryPressure", 125, 180))))
    assert (story.kind, story.subject, story.headline) == ("node", "w1", "g1")
