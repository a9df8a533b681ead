"""From the labels of a group to its workload."""

from dataclasses import replace
from datetime import UTC, datetime

from digest.cluster.model import Pod, Workload
from digest.cluster.resolve import resolve
from digest.facts import Group, Resource, ResourceKind
from tests.facts_factory import night

API = Workload("Deployment", "shop", "api")
KNOWN = {
    ("shop", "api-1"): Pod("u1", "shop", "api-1", API, "n", "Running", True, 0, datetime(2026, 7, 2, tzinfo=UTC)),
    ("shop", "api-2"): Pod("u2", "shop", "api-2", API, "n", "Running", True, 0, datetime(2026, 7, 2, tzinfo=UTC)),
}


def group(*resources: tuple[str, list[str]], total: int = 0, **labels: str) -> Group:
    kinds = tuple(
        ResourceKind(label, total or len(names), tuple(Resource(name, 1, 0) for name in names))
        for label, names in resources
    )
    return replace(night(1).groups[0], namespace="shop", resources=kinds, common_labels=tuple(labels.items()))


def found(*resources: tuple[str, list[str]], total: int = 0, **labels: str) -> Workload | None:
    return resolve(group(*resources, total=total, **labels), KNOWN, {})


def test_a_label_that_names_a_workload_comes_first() -> None:
    assert found(("deployment", ["api"]), ("pod", ["db-0"])) == API
    assert found(workload="agent", workload_type="daemonset") == Workload("DaemonSet", "shop", "agent")


def test_pods_lead_to_their_workload_where_all_agree() -> None:
    assert found(("pod", ["api-1", "api-2"])) == API
    assert found(("pod", ["api-1", "db-0"])) is None


def test_where_not_all_pods_were_looked_at_it_is_a_guess() -> None:
    assert found(("pod", ["api-1", "api-2"]), total=300) == replace(API, guessed=True)


def test_a_pod_that_is_gone_is_guessed_from_its_name() -> None:
    assert found(("pod", ["api-7d9f8b6c5-x2k4z"])) == replace(API, guessed=True)


def test_the_exporters_own_pod_is_not_what_the_alert_is_about() -> None:
    pod = ("pod", ["kube-state-metrics-7d9f8b6c5-x2k4z"])
    assert found(pod, ("node", ["worker-3"]), job="kube-state-metrics") == Workload("Node", "", "worker-3")


def test_a_service_that_is_scraped_under_its_own_name_is_no_exporter() -> None:
    assert found(("pod", ["api-1"]), ("node", ["worker-3"]), job="api") == API


def test_but_where_nothing_else_is_named_it_is() -> None:
    pod = ("pod", ["kube-state-metrics-7d9f8b6c5-x2k4z"])
    workload = Workload("Deployment", "shop", "kube-state-metrics", guessed=True)
    assert found(pod, job="kube-state-metrics") == workload


def test_jobs_claims_and_nodes_are_resolved_in_that_order() -> None:
    assert found(("job_name", ["backup-29384720"])) == Workload("CronJob", "shop", "backup", guessed=True)
    assert found(("persistentvolumeclaim", ["data"]), ("node", ["n"])) == Workload(
        "PersistentVolumeClaim", "shop", "data"
    )
    assert found(("node", ["n1", "n2"])) is None
    assert found() is None


def test_the_namespace_that_the_exporter_was_overridden_with_is_the_objects() -> None:
    assert found(("deployment", ["api"]), exported_namespace="payments") == Workload("Deployment", "payments", "api")
