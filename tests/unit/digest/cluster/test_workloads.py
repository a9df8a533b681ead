"""Rollouts as ReplicaSets and ControllerRevisions tell them."""

import json
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


def revisions(*objects: object) -> list[RevisionAnswer]:
    return msgspec.json.decode(json.dumps(objects), type=list[RevisionAnswer])


def rollouts(*sets: object, moved: datetime | None = None, revision: int = 1) -> list[Rollout]:
    deployments = workloads(deployment("api", "shop", LONG_AGO, moved=moved, revision=revision))
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
    back = Rollout(API, 3, at, "reg/api:1.2.4", "reg/api:1.2.3", rollback=True)
    assert rollouts(again, newer, moved=at, revision=3) == [back]


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
    assert list(revision_rollouts(revisions(*some), EVENING)) == [
        Rollout(Workload("StatefulSet", "shop", "db"), 2, EVENING + timedelta(hours=1), "pg:17", "pg:18")
    ]


def test_replica_counts_are_as_wished_for_at_that_time() -> None:
    assert list(replica_counts("Deployment", workloads(deployment("api", "shop", LONG_AGO, replicas=5)), NOW)) == [
        ReplicaCount(API, 5, NOW)
    ]


def test_a_rollback_of_long_ago_is_not_told_again_at_the_next_rollout() -> None:
    # Revision 1 became 3 weeks ago; tonight a new image became revision 4.
    once = replica_set("api-1", "shop", LONG_AGO, "api", 3, "reg/api:1", history="1")
    other = replica_set("api-2", "shop", LONG_AGO + timedelta(days=1), "api", 2, "reg/api:2")
    at = EVENING + timedelta(hours=4)
    new = replica_set("api-3", "shop", at, "api", 4, "reg/api:3")
    found = rollouts(once, other, new, moved=at + timedelta(minutes=6), revision=4)
    assert [(one.revision, one.at, one.new_image, one.rollback) for one in found] == [(4, at, "reg/api:3", False)]


def test_a_rollout_and_its_rollback_in_one_night_are_both_told_with_both_images() -> None:
    out, back = EVENING + timedelta(hours=4), EVENING + timedelta(hours=6)
    old = replica_set("api-1", "shop", LONG_AGO, "api", 3, "reg/api:1", history="1")
    new = replica_set("api-2", "shop", out, "api", 2, "reg/api:2")
    assert rollouts(old, new, moved=back, revision=3) == [
        Rollout(API, 2, out, "reg/api:1", "reg/api:2"),
        Rollout(API, 3, back, "reg/api:2", "reg/api:1", rollback=True),
    ]


def test_odd_annotations_of_revisions_cost_nothing() -> None:
    odd = replica_set("api-1", "shop", EVENING, "api", 1, "reg/api:1", history="one,two")
    odd["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "v1"
    assert [(one.revision, one.new_image) for one in rollouts(odd)] == [(0, "reg/api:1")]


def test_a_controller_revision_that_is_taken_up_again_does_not_turn_the_order_around() -> None:
    # The first revision was taken up again and so has the number 3; its time is still that of its making.
    owner = ("StatefulSet", "db")
    out = EVENING + timedelta(hours=4)
    some = [
        revision("db-a", "shop", LONG_AGO, owner, 3, "pg:17"),
        revision("db-b", "shop", out, owner, 2, "pg:18"),
    ]
    assert [(one.at, one.old_image, one.new_image) for one in revision_rollouts(revisions(*some), EVENING)] == [
        (out, "pg:17", "pg:18")
    ]


def test_revisions_of_other_kinds_and_of_an_odd_form_are_no_rollouts() -> None:
    machine = revision("vm-a", "shop", EVENING, ("VirtualMachine", "vm"), 1, "x")
    odd = revision("db-a", "shop", EVENING, ("StatefulSet", "db"), 1, "x") | {"data": {"spec": {"replicas": "x"}}}
    assert [one.workload.kind for one in revision_rollouts(revisions(machine, odd), EVENING)] == ["StatefulSet"]
