"""A bad node takes in what is on it in its bad time, and nothing of another time."""

from dataclasses import replace

from digest.stories.find import find_stories
from tests.stories import alert, condition, night, parts, rollout, seen

NODE = alert("KubeNodeNotReady", 120, 160, namespace="monitoring", node="w1")


def on_node(begin: int, nodes: tuple[str, ...] = (), **more: str) -> set[frozenset[str]]:
    """Return the stories of a node that is bad from minute 120 to 160 and a group that begins at a minute."""
    group = alert("KubePodNotReady", begin, 700, nodes=nodes, about=more)
    return {groups for _, groups in parts(find_stories(night((NODE, group))))}


ONE, TWO = {frozenset({"g1", "g2"})}, {frozenset({"g1"}), frozenset({"g2"})}


def test_what_begins_on_a_node_up_to_a_quarter_of_an_hour_before_or_after_its_bad_time_belongs_to_it() -> None:
    assert on_node(105, node="w1", pod="api-0") == ONE
    assert on_node(104, node="w1", pod="api-0") == TWO
    assert on_node(175, node="w1", pod="api-0") == ONE
    assert on_node(176, node="w1", pod="api-0") == TWO


def test_where_a_pod_ran_is_known_from_the_cluster_too() -> None:
    assert on_node(130, ("w2", "w1"), pod="api-0") == ONE
    assert on_node(130, ("w2",), pod="api-0") == TWO
    # What all series name counts before it.
    assert on_node(130, ("w1",), pod="api-0", node="w2") == TWO


def test_a_long_follower_does_not_lengthen_the_bad_time() -> None:
    # The first pod fires till minute 700; what begins at 300 is on the node, but 140 minutes after it was well again.
    groups = (
        NODE,
        alert("KubePodNotReady", 130, 700, node="w1", pod="a-0", namespace="a"),
        alert("KubePodCrashLooping", 300, 400, node="w1", pod="b-0", namespace="b"),
    )
    assert {one for _, one in parts(find_stories(night(groups)))} == {frozenset({"g1", "g2"}), frozenset({"g3"})}


def test_the_time_of_a_node_that_came_and_went_is_as_long_as_it_was_bad_in_all() -> None:
    # From 120 to 600 it fired 40 minutes, so its bad time is told to 160, with a quarter of an hour to 175.
    flapping = alert("KubeNodeReadinessFlapping", 120, 600, namespace="monitoring", node="w1", fired=40)
    for begin, expected in ((175, ONE), (176, TWO)):
        groups = (flapping, alert("KubePodNotReady", begin, 700, node="w1", pod="api-0"))
        assert {one for _, one in parts(find_stories(night(groups)))} == expected


def test_of_a_node_that_came_and_went_before_the_night_counts_what_it_was_bad_in_the_night() -> None:
    # It began 30 minutes before the period and fired 40 minutes in it.
    flapping = alert("KubeNodeReadinessFlapping", -30, 600, namespace="monitoring", node="w1", fired=40)
    for begin, expected in ((55, ONE), (56, TWO)):
        groups = (flapping, alert("KubePodNotReady", begin, 700, node="w1", pod="api-0"))
        assert {one for _, one in parts(find_stories(night(groups)))} == expected


def test_alerts_of_one_node_up_to_a_quarter_of_an_hour_after_each_other_are_one_bad_time() -> None:
    first = alert("KubeNodeNotReady", 60, 100, namespace="monitoring", node="w1")
    for begin, expected in ((115, ONE), (116, TWO)):
        groups = (first, alert("KubeNodeUnreachable", begin, 130, namespace="monitoring", node="w1"))
        assert {one for _, one in parts(find_stories(night(groups)))} == expected
    second = alert("KubeNodeUnreachable", 115, 130, namespace="monitoring", node="w1")
    (story,) = find_stories(night((first, second, alert("KubePodNotReady", 145, 170, node="w1", pod="api-0"))))
    assert story.groups == ("g1", "g2", "g3")


def test_each_group_on_a_node_is_tied_to_the_alert_of_the_node_itself() -> None:
    early = alert("KubePodNotReady", 118, 170, node="w1", pod="a-0", namespace="a")
    late = alert("KubePodNotReady", 130, 170, node="w1", pod="b-0", namespace="b")
    (story,) = find_stories(night((early, late, NODE)))
    assert [(one.group, one.with_group) for one in story.reasons] == [("g1", "g3"), ("g2", "g3")]


def test_of_a_node_that_is_gone_only_the_beginning_of_its_condition_is_known() -> None:
    def found(begin: int) -> set[frozenset[str]]:
        groups = (
            alert("KubePodNotReady", 130, 400, node="w1", pod="a-0", namespace="a"),
            alert("KubePodNotReady", begin, 400, node="w1", pod="b-0", namespace="b"),
        )
        (bad,) = condition("w1", "Ready", 125, None)
        return {one for _, one in parts(find_stories(night(groups, seen(replace(bad, present=False)))))}

    assert (found(140), found(146)) == (ONE, TWO)


def test_what_a_node_has_had_for_days_takes_in_nothing_of_the_night() -> None:
    clock = alert("NodeClockNotSynchronising", -3000, namespace="monitoring", node="w1")
    groups = (clock, alert("KubePodNotReady", 130, 200, node="w1", pod="api-0"))
    assert {one for _, one in parts(find_stories(night(groups)))} == TWO


def test_a_condition_of_the_node_that_is_bad_ties_what_is_on_it() -> None:
    def found(end: int | None, begin: int) -> set[frozenset[str]]:
        groups = (
            alert("KubePodNotReady", 130, 200, node="w1", pod="a-0", namespace="a"),
            alert("KubePodNotReady", begin, 400, node="w1", pod="b-0", namespace="b"),
        )
        told = seen(*condition("w1", "MemoryPressure", 125, end))
        return {one for _, one in parts(find_stories(night(groups, told)))}

    assert (found(200, 215), found(200, 216), found(None, 300)) == (ONE, TWO, ONE)


def test_a_condition_of_our_cluster_says_nothing_of_another_ones_node() -> None:
    groups = [
        alert("KubePodNotReady", 130 + number, 300, node="w1", pod=f"p-{number}", namespace=f"n{number}", cluster=name)
        for number, name in ((0, "ours"), (60, "ours"), (1, "theirs"), (61, "theirs"))
    ]
    facts = night(groups, seen(*condition("w1", "MemoryPressure", 125, None)))
    assert {one for _, one in parts(find_stories(replace(facts, cluster="ours")))} == {
        frozenset({"g1", "g2"}),
        frozenset({"g3"}),
        frozenset({"g4"}),
    }


def test_the_deployment_of_a_pod_on_the_node_follows_in_the_nodes_time_only() -> None:
    def found(begin: int) -> set[frozenset[str]]:
        groups = (
            NODE,
            alert("KubePodNotReady", 130, 170, node="w1", pod="api-7d9f8b6c5-x2k4z"),
            alert("KubeDeploymentReplicasMismatch", begin, 400, deployment="api"),
        )
        return {one for _, one in parts(find_stories(night(groups)))}

    assert found(175) == {frozenset({"g1", "g2", "g3"})}
    assert found(176) == {frozenset({"g1", "g2"}), frozenset({"g3"})}


def test_two_nodes_stay_two_stories_though_one_workload_is_on_both() -> None:
    groups = (
        alert("KubeNodeNotReady", 120, 160, namespace="monitoring", node="w1"),
        alert("KubeNodeUnreachable", 121, 161, namespace="monitoring", node="w2"),
        alert("KubePodNotReady", 125, 165, node="w1", pod="api-7d9f8b6c5-x2k4z"),
        alert("KubePodCrashLooping", 126, 166, node="w2", pod="api-7d9f8b6c5-b7d9f"),
        alert("KubeDeploymentReplicasMismatch", 130, 170, deployment="api"),
    )
    # What is about both is told with the first.
    assert {one for _, one in parts(find_stories(night(groups)))} == {
        frozenset({"g1", "g3", "g5"}),
        frozenset({"g2", "g4"}),
    }


def test_pods_of_many_workloads_on_one_node_are_no_alert_of_the_node() -> None:
    crowd = alert("KubePodNotReady", 130, 170, node="w1", pod="a-0,b-0,c-0")
    assert find_stories(night((crowd, NODE)))[0].headline == "g2"
    assert find_stories(night((crowd, alert("Errors", 131, 171))))[0].groups == ("g1", "g2")


def test_outside_of_kubernetes_the_host_of_an_instance_is_the_node() -> None:
    def two(instance: str, namespace: str = "", job: str = "mysql") -> int:
        groups = (
            alert("HostOutOfDiskSpace", 60, 100, namespace="", instance="db1:9100", job="node"),
            alert("MysqlDown", 90, 110, namespace=namespace, instance=instance, job=job),
        )
        return len(find_stories(night(groups)))

    assert (two("db1:9104"), two("https://db1/health"), two("db1"), two("db2:9104")) == (1, 1, 1, 2)
    assert (two("db1:9104", namespace="shop"), two("db1:9115", job="blackbox-exporter")) == (2, 2)


def test_what_is_about_two_bad_nodes_is_told_with_the_one_that_was_bad_first() -> None:
    groups = (
        alert("KubeNodeNotReady", 120, 160, namespace="monitoring", node="w1"),
        alert("KubePodNotReady", 121, 165, node="w1", pod="api-7d9f8b6c5-x2k4z"),
        alert("KubePodCrashLooping", 130, 166, node="w2", pod="api-7d9f8b6c5-b7d9f"),
        alert("KubePodNotReady", 131, 166, node="w2", pod="b-0", namespace="b"),
        alert("KubeDeploymentReplicasMismatch", 135, 170, deployment="api"),
    )
    pressure = seen(*condition("w2", "MemoryPressure", 119, 150))
    assert {one for _, one in parts(find_stories(night(groups, pressure)))} == {
        frozenset({"g1", "g2"}),
        frozenset({"g3", "g4", "g5"}),
    }


def test_what_was_rolled_out_itself_does_not_follow_a_node_that_shows_nothing() -> None:
    crash = alert("KubePodCrashLooping", 100, 200, node="w1", pod="a-0", namespace="a", changes=(rollout(90),))
    other = alert("KubePodNotReady", 101, 200, node="w1", pod="b-0", namespace="b")
    assert {one for _, one in parts(find_stories(night((crash, other))))} == TWO


def test_on_a_node_that_shows_nothing_itself_belongs_together_what_began_within_a_quarter_of_an_hour() -> None:
    def found(begin: int) -> set[frozenset[str]]:
        groups = (
            alert("KubePodNotReady", 100, 500, node="w1", pod="a-0", namespace="a"),
            alert("KubePodNotReady", begin, 500, node="w1", pod="b-0", namespace="b"),
        )
        return {one for _, one in parts(find_stories(night(groups)))}

    assert (found(115), found(116)) == (ONE, TWO)
