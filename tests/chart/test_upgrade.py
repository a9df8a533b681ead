"""What a changed value rolls, and what it leaves alone."""

import base64
import hashlib
import json

import pytest
import yaml

from tests.chart.conftest import Helm, Manifest, containers, named, pod_templates, variables


def rolled(before: list[Manifest], after: list[Manifest]) -> set[str]:
    """Return what makes pods and has another pod afterwards, by the ending of its name."""
    old, new = (
        {name: json.dumps(pod, sort_keys=True) for name, pod in pod_templates(some) if not name.startswith("Pod ")}
        for some in (before, after)
    )
    return {
        name.partition("alertgest-")[2].partition("-models-")[0]
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
    }


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("ingest.limits.alerts=1000", {"ingest"}),
        ("ingest.auth.basic=a:b", {"ingest"}),
        ("ollama.model=qwen3:4b", {"digest", "snapshot", "pull"}),
        ("teams.timeoutSeconds=9", {"digest", "snapshot"}),
        ("postgresql.password=another", {"ingest", "postgresql"}),
        ("monitoring.prometheusRule.enabled=true", set()),
        ("digest.schedule=0 9 * * *", set()),
        ("ollama.resources.limits.memory=9Gi", {"ollama"}),
    ],
)
def test_a_changed_value_rolls_what_it_is_about(each_helm: Helm, given: str, wanted: set[str]) -> None:
    before, after = each_helm.objects("minimal"), each_helm.objects("minimal", "--set", given)
    assert rolled(before, after) == wanted


def test_a_new_version_of_the_chart_alone_rolls_only_our_images(helm: Helm) -> None:
    objects = helm.objects("minimal", "--set", "ingest.image.tag=9,digest.image.tag=9")
    assert rolled(helm.objects("minimal"), objects) == {"ingest", "digest", "snapshot", "pull"}


def test_the_password_of_the_bundled_database_is_long_and_nobody_can_guess_it(each_helm: Helm) -> None:
    secret = named(each_helm.objects("minimal"), "Secret", "-database")
    password = base64.b64decode(secret["data"]["password"]).decode()
    assert len(password) == 40
    url = "https://example.invalid/workflows/0/triggers/manual/paths/invoke?sig=not-a-real-one"
    assert password == hashlib.sha256(f"{url}/alerts/alertgest".encode()).hexdigest()[:40]
    assert secret["data"].keys() == {"password"}
    assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_without_a_webhook_to_decide_it_the_password_is_random(helm: Helm) -> None:
    given = ("--set", "teams.webhookUrl=,teams.existingSecret.name=s")
    one, other = (named(list(yaml.safe_load_all(helm.template("minimal", *given).stdout)), "Secret", "-database")
                  for _ in range(2))  # fmt: skip
    assert one["data"]["password"] != other["data"]["password"]


def test_the_password_may_be_in_a_secret_of_ones_own_and_have_any_signs(helm: Helm) -> None:
    objects = helm.objects("minimal", "--set", "postgresql.existingSecret.name=pw")
    assert not [one for one in objects if one["kind"] == "Secret" and one["metadata"]["name"].endswith("-database")]
    for name, pod in pod_templates(objects):
        for container in containers(pod):
            told = variables(container)
            for variable in ("PGPASSWORD", "POSTGRES_PASSWORD"):
                wanted = {"secretKeyRef": {"name": "pw", "key": "password"}}
                assert told.get(variable, wanted) == wanted, name
            assert told.get("DATABASE_URL", "alertgest@").count(":") <= 2


@pytest.mark.parametrize(
    "given",
    [
        "digest.nodeSelector.a=b",
        "digest.podLabels.a=b",
        "commonLabels.a=b",
        "imagePullSecrets={x}",
        "caBundle.configMap=x",
        "digest.image.pullPolicy=Always",
        "digest.priorityClassName=x",
        "serviceAccounts.digest=x",
    ],
)
def test_the_job_that_fetches_models_has_another_name_where_it_makes_another_pod(each_helm: Helm, given: str) -> None:
    before, after = (
        next(one for one in objects if one["kind"] == "Job")
        for objects in (each_helm.objects("minimal"), each_helm.objects("minimal", "--set", given))
    )
    assert before["metadata"]["name"] != after["metadata"]["name"]
