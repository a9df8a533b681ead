"""What is true of every rendering, whatever the values and the version of Helm."""

import re
from collections import Counter

import pytest

from tests.chart.conftest import CHART, LONGEST_RELEASE, VALUES, Helm, containers, named, pod_templates, tool

LABELS = {"name", "instance", "component", "part-of", "managed-by", "version"}
LIMITS = {"CronJob": 52, "Job": 63, "Service": 63, "StatefulSet": 52}
"""Longest names: a CronJob's Jobs get 11 characters more (kubernetes#52733), a StatefulSet's pods a hash label."""

pytestmark = pytest.mark.parametrize("values", VALUES)


def test_every_pod_is_fit_for_pod_security_restricted(each_helm: Helm, values: str) -> None:
    for name, pod in pod_templates(each_helm.objects(values)):
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        assert all("hostPath" not in volume for volume in spec["volumes"]), name
        for container in containers(pod):
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False, name
            assert security["readOnlyRootFilesystem"] is True, name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}, name


def test_every_container_has_requests_and_a_limit_of_memory(each_helm: Helm, values: str) -> None:
    for name, pod in pod_templates(each_helm.objects(values)):
        for container in containers(pod):
            resources = container["resources"]
            assert {"cpu", "memory"} <= resources["requests"].keys(), name
            assert "memory" in resources["limits"], name


def test_only_what_looks_at_the_cluster_has_a_token(each_helm: Helm, values: str) -> None:
    for name, pod in pod_templates(each_helm.objects(values)):
        looks = name.endswith(("-digest", "-snapshot", "-test-check"))
        assert pod["spec"]["automountServiceAccountToken"] is looks, name
        assert pod["spec"]["enableServiceLinks"] is False, name


def test_a_receiver_that_ends_listens_until_the_service_has_forgotten_it(each_helm: Helm, values: str) -> None:
    spec = named(each_helm.objects(values), "Deployment", "-ingest")["spec"]["template"]["spec"]
    (receiver,) = spec["containers"]
    command = receiver["lifecycle"]["preStop"]["exec"]["command"]
    assert command == ["python", "-c", "import time; time.sleep(5)"]
    assert spec["terminationGracePeriodSeconds"] - 5 == 30, "tests/faults/test_sigterm.py ends it within as much"


def test_no_variable_comes_twice(each_helm: Helm, values: str) -> None:
    for name, pod in pod_templates(each_helm.objects(values)):
        for container in containers(pod):
            counts = Counter(one["name"] for one in container.get("env", []))
            assert not [one for one, count in counts.items() if count > 1], name


@pytest.mark.parametrize("release", ["alertgest", "a", LONGEST_RELEASE])
def test_no_name_is_too_long_and_none_comes_twice(each_helm: Helm, values: str, release: str) -> None:
    objects = each_helm.objects(values, release=release)
    for one in objects:
        name = one["metadata"]["name"]
        assert len(name) <= LIMITS.get(one["kind"], 253), (one["kind"], name)
        assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name), name
    counts = Counter((one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in objects)
    assert max(counts.values()) == 1


def test_every_object_has_the_labels_that_people_filter_by(each_helm: Helm, values: str) -> None:
    for one in each_helm.objects(values):
        labels = one["metadata"]["labels"]
        if one["kind"] != "Pod":
            assert {f"app.kubernetes.io/{label}" for label in LABELS} <= labels.keys(), one["metadata"]["name"]
        assert all(len(str(value)) <= 63 for value in labels.values())


def test_a_selector_has_three_labels_and_finds_its_pods(each_helm: Helm, values: str) -> None:
    objects = each_helm.objects(values)
    stable = {f"app.kubernetes.io/{label}" for label in ("name", "instance", "component")}
    pods = [pod["metadata"]["labels"] for _, pod in pod_templates(objects)]
    for one in objects:
        spec = one.get("spec", {})
        selector = spec.get("selector", {}).get("matchLabels") or spec.get("podSelector", {}).get("matchLabels")
        if one["kind"] == "Service":
            selector = spec["selector"]
        if selector and one["kind"] != "ServiceMonitor":
            assert selector.keys() == stable, one["metadata"]["name"]
            assert any(selector.items() <= labels.items() for labels in pods), one["metadata"]["name"]


def test_pods_have_no_label_that_a_new_version_changes(each_helm: Helm, values: str) -> None:
    for name, pod in pod_templates(each_helm.objects(values)):
        assert not {"app.kubernetes.io/version", "helm.sh/chart"} & pod["metadata"]["labels"].keys(), name


def test_two_renders_are_equal(each_helm: Helm, values: str) -> None:
    assert each_helm.template(values).stdout == each_helm.template(values).stdout


def test_both_versions_of_helm_render_the_same(helm: Helm, values: str) -> None:
    def plain(one: Helm) -> list[str]:
        return sorted(str(found) for found in one.objects(values))

    assert plain(helm) == plain(Helm(tool("helm3")))


def test_the_cronjobs_end_for_good_where_another_try_would_end_the_same(each_helm: Helm, values: str) -> None:
    job = named(each_helm.objects(values), "CronJob", "-digest")["spec"]
    assert job["concurrencyPolicy"] == "Forbid"
    assert job["startingDeadlineSeconds"] >= 10
    ignored, failed = job["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    assert ignored["action"] == "Ignore"
    assert failed["onExitCodes"] == {"containerName": "digest", "operator": "In", "values": [2, 3, 5]}
    template = job["jobTemplate"]["spec"]["template"]["spec"]
    assert template["restartPolicy"] == "Never"
    assert [one["name"] for one in template["containers"]] == ["digest"]


def test_no_secret_is_in_anything_but_a_secret(each_helm: Helm, values: str) -> None:
    text = (CHART / "ci" / f"{values}-values.yaml").read_text()
    secret = "not-a-real-one" if "not-a-real-one" in text else "alertgest-teams-value"
    for one in each_helm.objects(values):
        if one["kind"] != "Secret":
            assert secret not in str(one), one["metadata"]["name"]
