"""The roles grant exactly what the program asks for: the table of rights of its code."""

from collections.abc import Iterable

import pytest

from digest.cluster.rights import LISTED, OWN_JOB, Right
from tests.chart.conftest import Helm, Manifest, named

Granted = set[tuple[str, str, str]]


def granted(role: Manifest) -> Granted:
    return {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def asked(rights: Iterable[Right]) -> Granted:
    return {(one.group, one.resource, one.verb) for one in rights}


def test_in_the_whole_cluster(each_helm: Helm) -> None:
    objects = each_helm.objects("minimal")
    assert granted(named(objects, "ClusterRole", "-digest")) == asked(LISTED)
    assert granted(named(objects, "Role", "-own-job")) == asked([OWN_JOB])


def test_in_single_namespaces_without_a_metrics_server(each_helm: Helm) -> None:
    objects = each_helm.objects("restricted")
    assert not [one for one in objects if one["kind"].startswith("Cluster")]
    roles = [one for one in objects if one["kind"] == "Role" and one["metadata"]["name"].endswith("-digest")]
    assert [one["metadata"]["namespace"] for one in roles] == ["shop", "payments"]
    wanted = asked(one for one in LISTED if not one.of_nodes and not one.metrics)
    assert all(granted(one) == wanted for one in roles)


def test_in_single_namespaces_with_a_metrics_server(each_helm: Helm) -> None:
    objects = each_helm.objects("restricted", "--set", "context.metricsServer=true")
    role = next(one for one in objects if one["kind"] == "Role" and one["metadata"]["namespace"] == "shop")
    assert granted(role) == asked(one for one in LISTED if not one.of_nodes)


@pytest.mark.parametrize("values", ["minimal", "restricted"])
def test_every_binding_is_to_the_account_of_the_digest(each_helm: Helm, values: str) -> None:
    objects = each_helm.objects(values)
    account = named(objects, "ServiceAccount", "-digest")["metadata"]
    bindings = [one for one in objects if one["kind"].endswith("Binding")]
    roles = {(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in objects}
    assert bindings
    for one in bindings:
        subject = {"kind": "ServiceAccount", "name": account["name"], "namespace": account["namespace"]}
        assert one["subjects"] == [subject]
        assert (one["roleRef"]["kind"], one["metadata"].get("namespace"), one["roleRef"]["name"]) in roles


def test_without_a_look_at_the_cluster_there_are_no_roles_and_no_token(each_helm: Helm) -> None:
    objects = each_helm.objects("minimal", "--set", "context.enabled=false")
    assert not [one for one in objects if "Role" in one["kind"]]
    assert "automountServiceAccountToken': True" not in str(objects)
