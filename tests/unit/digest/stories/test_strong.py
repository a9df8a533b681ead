"""One workload, one claim or one rollout makes a story as long as its alerts overlap or nearly do."""

from digest.facts import Group
from digest.stories.find import find_stories
from digest.stories.model import Joined
from tests.stories import alert, night, parts, rollout

POD = "api-7d9f8b6c5-x2k4z"


def found(*groups: Group) -> set[frozenset[str]]:
    return {one for _, one in parts(find_stories(night(groups)))}


def reason(*groups: Group) -> Joined:
    """Return the only reason of a night of one story."""
    (story,) = find_stories(night(groups))
    return story.reasons[0]


def test_alerts_of_one_workload_belong_together_up_to_a_quarter_of_an_hour_after_each_other() -> None:
    first = alert("KubePodCrashLooping", 60, 100, pod=POD)
    assert found(first, alert("KubeDeploymentReplicasMismatch", 115, 130, deployment="api")) == {
        frozenset({"g1", "g2"})
    }
    assert len(found(first, alert("KubeDeploymentReplicasMismatch", 116, 130, deployment="api"))) == 2


def test_the_same_name_in_another_namespace_is_another_workload() -> None:
    assert len(found(alert("A", 60, 100, deployment="api"), alert("B", 60, 100, deployment="api", namespace="x"))) == 2


def test_a_later_incident_of_a_workload_is_a_story_of_its_own() -> None:
    groups = (
        alert("A", 60, 100, deployment="api"),
        alert("B", 90, 200, deployment="api"),
        alert("C", 180, 210, deployment="api"),
        alert("D", 226, 300, deployment="api"),
    )
    # A overlaps B, B overlaps C; D begins sixteen minutes after the last of them has ended.
    assert found(*groups) == {frozenset({"g1", "g2", "g3"}), frozenset({"g4"})}


def test_a_service_is_the_workload_of_its_name() -> None:
    assert reason(alert("A", 60, 100, deployment="api", level="critical"), alert("B", 70, 90, service="api")) == Joined(
        "g2", "workload", "shop/api", "g1"
    )


def test_an_exporter_that_tells_of_many_things_ties_none_of_them() -> None:
    labels = {
        "job": "kube-state-metrics",
        "service": "kps-kube-state-metrics",
        "pod": "kps-kube-state-metrics-7d9f8b6c5-x2k4z",
    }
    assert len(found(*(alert(f"A{n}", 60 + 5 * n, 100 + n, about=labels) for n in range(3)))) == 3
    bare = ({"job": "kube-state-metrics", "service": "metrics"}, {"service": "kps-kube-state-metrics"})
    for about in bare:
        assert len(found(*(alert(f"A{n}", 60 + 5 * n, 100 + n, about=about) for n in range(2)))) == 2
    of_nodes = {"job": "node-exporter", "pod": "node-exporter-x2k4z"}
    some = (
        alert(f"A{n}", 60 + n, 100, namespace="monitoring", instance=f"10.0.0.{n}:9100", about=of_nodes) for n in (1, 2)
    )
    assert len(found(*some)) == 2


def test_an_exporter_of_nodes_names_its_node_as_instance() -> None:
    labels = {"job": "node-exporter", "pod": "node-exporter-x2k4z", "instance": "w1:9100"}
    groups = (
        alert("NodeMemoryMajorPagesFaults", 60, 100, about=labels),
        alert("KubePodNotReady", 70, 110, node="w1", pod=POD),
    )
    assert reason(*groups) == Joined("g2", "node", "w1", "g1")


def test_the_node_that_kube_state_metrics_runs_on_is_not_the_place_of_what_it_tells_of() -> None:
    groups = (
        alert("KubeNodeNotReady", 60, 100, namespace="monitoring", node="w1"),
        alert("KubePodNotReady", 70, 110, node="w1", pod=POD, job="kube-state-metrics"),
    )
    assert len(found(*groups)) == 2


def test_a_claim_belongs_to_the_stateful_set_whose_name_its_own_ends_with() -> None:
    volume = alert("KubePersistentVolumeFillingUp", 60, 200, persistentvolumeclaim="data-shop-db-0")
    assert reason(volume, alert("KubePodCrashLooping", 100, 150, pod="shop-db-0", level="critical")) == Joined(
        "g2", "volume", "shop/data-shop-db-0", "g1"
    )
    assert len(found(volume, alert("KubePodCrashLooping", 100, 150, pod="shop-d-0"))) == 2
    assert len(found(volume, alert("KubePodCrashLooping", 100, 150, pod="shop-db-0", namespace="test"))) == 2


def test_a_claim_belongs_to_the_workload_of_its_name_and_to_itself() -> None:
    volume = alert("KubePersistentVolumeFillingUp", 60, 200, persistentvolumeclaim="grafana")
    assert reason(volume, alert("KubePodNotReady", 100, 150, deployment="grafana")).by == "volume"
    again = alert("KubePersistentVolumeInodesFillingUp", 90, 220, persistentvolumeclaim="grafana")
    assert reason(volume, again) == Joined("g2", "volume", "shop/grafana", "g1")


def test_what_came_after_one_rollout_says_so() -> None:
    groups = (
        alert("KubePodCrashLooping", 60, 100, pod=POD, changes=(rollout(55),)),
        alert("KubePodNotReady", 70, 100, pod=POD, changes=(rollout(55),)),
    )
    assert reason(*groups) == Joined("g2", "rollout", "shop/api", "g1")


def test_workloads_that_took_one_new_image_within_a_quarter_of_an_hour_are_one_rollout() -> None:
    def two(second: int, image: str = "reg/api:2", before: str = "reg/api:1") -> int:
        groups = (
            alert("A", 60, 100, deployment="api", namespace="a", changes=(rollout(55, image, before),)),
            alert("B", 80, 120, deployment="worker", namespace="b", changes=(rollout(second, image, before),)),
        )
        return len(found(*groups))

    assert (two(70), two(71)) == (1, 2)
    late = alert("B", 116, 120, deployment="worker", namespace="b", changes=(rollout(55),))
    assert len(found(alert("A", 60, 100, deployment="api", namespace="a", changes=(rollout(55),)), late)) == 2
    # A restart without a new image is no release.
    assert two(55, "reg/api:1", "reg/api:1") == 2


def test_of_two_reasons_the_stronger_is_told() -> None:
    groups = (
        alert("A", 60, 100, deployment="api", changes=(rollout(55),)),
        alert("B", 70, 120, deployment="api", changes=(rollout(60),)),
    )
    # One workload took one image twice within five minutes: both hold, and a rollout says more than the workload.
    assert reason(*groups) == Joined("g2", "rollout", "reg/api:2", "g1")
