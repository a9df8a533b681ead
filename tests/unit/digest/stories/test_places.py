"""A namespace alone ties only what began together and ended together, and never two stories by a third."""

from digest.cluster.context import Change
from digest.facts import Group
from digest.stories.find import find_stories
from digest.stories.model import Joined
from tests.stories import MORNING, alert, night, parts, rollout

ONE, TWO = {frozenset({"g1", "g2"})}, {frozenset({"g1"}), frozenset({"g2"})}


def found(*groups: Group) -> set[frozenset[str]]:
    return {one for _, one in parts(find_stories(night(groups)))}


def test_what_began_within_two_minutes_in_one_namespace_belongs_together() -> None:
    first = alert("A", 60, 90, level="critical")
    assert found(first, alert("B", 62, 90)) == ONE
    assert found(first, alert("B", 63, 90)) == TWO
    assert found(first, alert("B", 60, 90, namespace="media")) == TWO
    assert found(alert("A", 60, 90, namespace=""), alert("B", 60, 90, namespace="")) == TWO
    (story,) = find_stories(night((first, alert("B", 62, 90))))
    assert story.reasons == (Joined("g2", "namespace", "shop", "g1"),)


def test_what_ended_before_the_other_began_does_not_belong_to_it() -> None:
    assert found(alert("A", 60, 61), alert("B", 62, 90)) == TWO
    assert found(alert("A", 60, 62), alert("B", 62, 90)) == ONE


def test_what_fires_on_for_more_than_an_hour_is_a_lasting_condition() -> None:
    assert found(alert("A", 60, 90), alert("B", 60, 150)) == ONE
    assert found(alert("A", 60, 90), alert("B", 60, 151)) == TWO
    assert found(alert("A", MORNING - 20, MORNING - 10), alert("B", MORNING - 20)) == ONE


def test_what_began_more_than_an_hour_before_the_period_is_a_lasting_condition() -> None:
    assert found(alert("A", -60), alert("B", -60)) == ONE
    assert found(alert("A", -61), alert("B", -60)) == TWO


def test_a_chain_of_starts_is_cut_two_minutes_after_its_first() -> None:
    # Starts at 60, 61, 62, 63, 64, 65: the fourth is the first that is more than two minutes after the first.
    trickle = (alert(f"A{number}", 60 + number, 120) for number in range(6))
    assert found(*trickle) == {frozenset({"g1", "g2", "g3"}), frozenset({"g4", "g5", "g6"})}


def test_a_storm_does_not_swallow_a_workload_that_was_rolled_out_itself() -> None:
    def storm(own: tuple[Change, ...]) -> set[frozenset[str]]:
        others = (alert(f"A{number}", 60 + number % 2, 120, deployment=f"d{number}") for number in range(5))
        return found(*others, alert("KubePodCrashLooping", 61, 120, deployment="api", changes=own))

    everything = frozenset(f"g{number}" for number in range(1, 7))
    assert storm((rollout(50),)) == {everything - {"g6"}, frozenset({"g6"})}
    assert storm((Change("scaling", rollout(50).at, 11, "3", "5"),)) == {everything}


def test_errors_that_are_told_shortly_before_the_pods_of_a_rollout_follow_it() -> None:
    errors, pods = (
        alert("HighErrorRate", 60, 100),
        alert("KubePodNotReady", 61, 100, deployment="a", changes=(rollout(55),)),
    )
    assert found(errors, pods) == ONE
    # Before the rollout, or about a workload of their own, they do not.
    assert found(alert("HighErrorRate", 54, 100), alert("B", 56, 100, deployment="a", changes=(rollout(55),))) == TWO
    assert found(alert("HighErrorRate", 60, 100, service="b"), pods) == TWO


def test_a_story_of_several_namespaces_is_followed_in_each_but_ties_no_two_others() -> None:
    release = {"changes": (rollout(55),)}
    groups = (
        alert("First", 59, 100, namespace="a", deployment="x"),
        alert("Api", 60, 100, namespace="a", deployment="api", changes=release["changes"]),
        alert("Worker", 60, 100, namespace="b", deployment="worker", changes=release["changes"]),
        alert("Second", 59, 100, namespace="b", deployment="y"),
        alert("Third", 61, 100, namespace="b"),
    )
    # Third follows the earliest of b.
    assert found(*groups) == {frozenset({"g1"}), frozenset({"g2", "g3"}), frozenset({"g4", "g5"})}


def test_what_only_the_name_of_a_node_ties_over_two_namespaces_ties_nothing_of_these() -> None:
    groups = (
        alert("A", 60, 100, namespace="a", node="w1", pod="a-0"),
        alert("B", 60, 100, namespace="b", node="w1", pod="b-0"),
        alert("Near a", 59, 100, namespace="a", deployment="x"),
        alert("Near b", 59, 100, namespace="b", deployment="y"),
    )
    assert found(*groups) == {frozenset({"g1", "g2"}), frozenset({"g3"}), frozenset({"g4"})}


def test_what_follows_is_not_followed() -> None:
    node = alert("KubeNodeNotReady", 60, 100, namespace="monitoring", node="w1")
    pods = alert("KubePodNotReady", 62, 100, node="w1", pod="api-0")
    errors, far = alert("Errors", 64, 100), alert("Latency", 66, 100)
    # The errors began two minutes after the pods on the node, the latency two minutes after the errors.
    assert found(node, pods, errors, far) == {frozenset({"g1", "g2", "g3"}), frozenset({"g4"})}


def test_a_part_is_followed_by_its_first_and_by_its_loudest_sign() -> None:
    volume = alert("KubePersistentVolumeFillingUp", 60, 400, persistentvolumeclaim="data-db-0")
    crash = alert("KubePodCrashLooping", 200, 390, level="critical", pod="db-0")
    quiet = alert("CPUThrottlingHigh", 300, 390, level="info", pod="db-0")
    some = (volume, crash, quiet)
    assert len(found(*some, alert("Errors", 61, 400))) == 1
    assert len(found(*some, alert("Errors", 201, 400))) == 1
    assert len(found(*some, alert("Errors", 301, 400))) == 2


def test_the_namespace_of_an_alert_about_a_node_is_its_exporters() -> None:
    node = alert("KubeNodeNotReady", 60, 100, namespace="monitoring", node="w1")
    assert found(node, alert("PrometheusRuleFailures", 60, 100, namespace="monitoring")) == TWO
