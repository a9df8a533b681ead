"""Rollouts as ReplicaSets and ControllerRevisions tell them."""

from datetime import UTC, datetime, timedelta

import msgspec

from digest.cluster.answers import RevisionAnswer, WorkloadAnswer
from digest.cluster.model import ReplicaCount, Rollout, Workload
from digest.cluster.workloads import deployment_rollouts, replica_counts, revision_rollouts
from tests.kube_objects import deployment, replica_set, revision

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
EVENING = NOW - timedelta(hours=14)
LONG_AGO = NOW - timedelta(days=30)
API = Workload("Deployment", "shop", "api")


def workloads(*objects: object) -> list[WorkloadAnswer]:
    return msgspec.convert(list(objects), list[WorkloadAnswer], strict=False)


def rollouts(*sets: object, moved: datetime | None = None) -> list[Rollout]:
    deployments = workloads(deployment("api", "shop", LONG_AGO, moved=moved))
    return list(deployment_rollouts(deployments, workloads(*sets), EVENING))


def test_a_new_replica_set_is_a_rollout_from_the_image_of_the_revision_before() -> None:
    old = replica_set("api-1", "shop", LONG_AGO, "api", 1, "reg/api:1.2.3")
    new = replica_set("api-2", "shop", EVENING + timedelta(hours=4), "api", 2, "reg/api:1.2.4")
    assert rollouts(new, old) == [
        Rollout(API, 2, EVENING + timedelta(hours=4), "reg/api:1.2.3", "reg/api:1.2.4"),
    ]


def test_a_rollback_takes_an_old_replica_set_up_again_at_the_time_of_the_deployments_progress() -> None:
    # Revision 1 became revision 3; the ReplicaSet itself is a month old.
    again = replica_set("api-1", "shop", LONG_AGO, "api", 3, "reg/api:1.2.3", history="1")
    newer = replica_set("api-2", "shop", LONG_AGO + timedelta(days=1), "api", 2, "reg/api:1.2.4")
    at = EVENING + timedelta(hours=5)
    assert rollouts(again, newer, moved=at) == [Rollout(API, 3, at, "reg/api:1.2.4", "reg/api:1.2.3", rollback=True)]


def test_two_rollouts_of_a_night_are_two_and_what_was_before_is_none() -> None:
    sets = [
        replica_set(f"api-{number}", "shop", at, "api", number, f"reg/api:{number}")
        for number, at in ((1, LONG_AGO), (2, EVENING + timedelta(hours=1)), (3, EVENING + timedelta(hours=2)))
    ]
    assert [(one.revision, one.old_image, one.new_image) for one in rollouts(*sets)] == [
        (2, "reg/api:1", "reg/api:2"),
        (3, "reg/api:2", "reg/api:3"),
    ]


def test_a_first_revision_has_no_image_before() -> None:
    first = replica_set("api-1", "shop", EVENING, "api", 1, "reg/api:1")
    assert [(one.old_image, one.new_image) for one in rollouts(first)] == [("", "reg/api:1")]


def test_a_stateful_set_is_rolled_out_by_its_controller_revisions() -> None:
    owner = ("StatefulSet", "db")
    some = [
        revision("db-a", "shop", LONG_AGO, owner, 1, "pg:17"),
        revision("db-b", "shop", EVENING + timedelta(hours=1), owner, 2, "pg:18"),
    ]
    answers = msgspec.convert(some, list[RevisionAnswer], strict=False)
    assert list(revision_rollouts(answers, EVENING)) == [
        Rollout(Workload("StatefulSet", "shop", "db"), 2, EVENING + timedelta(hours=1), "pg:17", "pg:18")
    ]


def test_replica_counts_are_as_wished_for_at_that_time() -> None:
    assert list(replica_counts("Deployment", workloads(deployment("api", "shop", LONG_AGO, replicas=5)), NOW)) == [
        ReplicaCount(API, 5, NOW)
    ]
