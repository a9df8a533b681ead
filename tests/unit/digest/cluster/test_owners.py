"""Whose a pod is: known from the owners of its owner, or else read from the form of its name."""

import pytest

from digest.cluster.answers import Metadata, Owner
from digest.cluster.model import Workload
from digest.cluster.owners import guess, job_owner, owner_of

ABOVE = {
    ("ReplicaSet", "shop", "api-7d9f8b6c5"): Workload("Deployment", "shop", "api"),
    ("Job", "shop", "backup-29384720"): Workload("CronJob", "shop", "backup"),
}


def pod(kind: str, name: str) -> Metadata:
    return Metadata("p", "shop", owner_references=[Owner("Something", "else"), Owner(kind, name, controller=True)])


@pytest.mark.parametrize(
    ("kind", "name", "workload"),
    [
        ("ReplicaSet", "api-7d9f8b6c5", Workload("Deployment", "shop", "api")),
        ("Job", "backup-29384720", Workload("CronJob", "shop", "backup")),
        ("StatefulSet", "db", Workload("StatefulSet", "shop", "db")),
        ("DaemonSet", "agent", Workload("DaemonSet", "shop", "agent")),
        ("ReplicaSet", "gone-5c4d8f7b9", Workload("Deployment", "shop", "gone", guessed=True)),
        ("ReplicaSet", "made-by-hand", Workload("ReplicaSet", "shop", "made-by-hand")),
    ],
)
def test_the_controller_leads_to_the_topmost_owner(kind: str, name: str, workload: Workload) -> None:
    assert owner_of(pod(kind, name), ABOVE, "Pod") == workload


def test_a_pod_without_an_owner_stands_for_itself() -> None:
    assert owner_of(Metadata("p", "shop"), ABOVE, "Pod") == Workload("Pod", "shop", "p")


@pytest.mark.parametrize(
    ("name", "kind", "workload"),
    [
        ("payments-api-7d9f8b6c5-x2k4z", "Deployment", "payments-api"),
        ("db-0", "StatefulSet", "db"),
        ("node-exporter-x2k4z", "DaemonSet", "node-exporter"),
        ("backup-29384720-x2k4z", "CronJob", "backup"),
    ],
)
def test_the_name_of_a_pod_that_is_gone_tells_its_workload_as_a_guess(name: str, kind: str, workload: str) -> None:
    assert guess("shop", name) == Workload(kind, "shop", workload, guessed=True)


@pytest.mark.parametrize("name", ["pod", "my-pod", "api-aeiou", "static-node-one"])
def test_a_name_of_no_known_form_tells_nothing(name: str) -> None:
    assert guess("shop", name) is None


def test_a_job_belongs_to_the_cronjob_whose_jobs_are_named_so() -> None:
    assert job_owner("shop", "backup-29384720") == Workload("CronJob", "shop", "backup", guessed=True)
    assert job_owner("shop", "migrate") == Workload("Job", "shop", "migrate")
