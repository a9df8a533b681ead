"""Values as people write them: numbers for texts, days over the weekend, umbrella charts, two releases side by side."""

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.conftest import CHART, Helm, containers, named, pod_templates, variables


def with_values(helm: Helm, folder: Path, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Render with the minimal values and more of a file."""
    file = folder / "more.yaml"
    file.write_text(yaml.safe_dump(values))
    return helm.objects("minimal", "--values", str(file))


@pytest.mark.parametrize(
    ("days", "cron"),
    [("mon-fri", "mon-fri"), ("daily", "*"), ("sat-sun", "sat,sun"), ("fri-mon", "fri,sat,sun,mon"), ("wed", "wed"),
     ("mon-wed,sat", "mon-wed,sat")],
)  # fmt: skip
def test_days_become_what_cron_understands(each_helm: Helm, days: str, cron: str) -> None:
    escaped = days.replace(",", "\\,")
    job = named(each_helm.objects("minimal", "--set", f"captureWindow.days={escaped}"), "CronJob", "-digest")
    assert job["spec"]["schedule"] == f"0 8 * * {cron}"


def test_numbers_are_told_as_they_were_written(each_helm: Helm, tmp_path: Path) -> None:
    objects = with_values(each_helm, tmp_path, {
        "ingest": {"auth": {"tokens": {"prod": 12345678}}, "podAnnotations": {"prometheus.io/port": 9090},
                   "extraEnv": [{"name": "NUMBER", "value": 5}]},
        "digest": {"image": {"tag": 20261125}, "activeDeadlineSeconds": 1000000},
        "commonLabels": {"cost-center": 4711},
    })  # fmt: skip
    assert base64.b64decode(named(objects, "Secret", "-auth")["data"]["tokens"]) == b"prod=12345678"
    job = named(objects, "CronJob", "-digest")["spec"]["jobTemplate"]["spec"]
    assert job["activeDeadlineSeconds"] == 1_000_000
    assert job["template"]["spec"]["containers"][0]["image"].endswith(":20261125")
    pod = named(objects, "Deployment", "-ingest")["spec"]["template"]
    assert pod["metadata"]["annotations"]["prometheus.io/port"] == "9090"
    assert pod["metadata"]["labels"]["cost-center"] == "4711"
    assert variables(pod["spec"]["containers"][0])["NUMBER"] == "5"


def test_labels_of_ones_own_never_win_over_those_that_select(each_helm: Helm, tmp_path: Path) -> None:
    label = {"app.kubernetes.io/name": "foo", "app.kubernetes.io/component": "bar"}
    objects = with_values(each_helm, tmp_path, {"commonLabels": label, "ingest": {"podLabels": label}})
    deployment = named(objects, "Deployment", "-ingest")["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"].items() <= labels.items()


def test_variables_of_ones_own_keep_their_order(helm: Helm, tmp_path: Path) -> None:
    extra = [{"name": "Z_USER", "value": "me"}, {"name": "A_URL", "value": "x://$(Z_USER)"}]
    pod = named(with_values(helm, tmp_path, {"digest": {"extraEnv": extra}}), "CronJob", "-digest")
    container = pod["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert [one["name"] for one in container["env"]][-2:] == ["Z_USER", "A_URL"]


def test_an_umbrella_chart_may_switch_it_on_by_a_condition_and_give_global_values(helm: Helm, tmp_path: Path) -> None:
    parent = tmp_path / "parent"
    (parent / "charts").mkdir(parents=True)
    (parent / "charts" / "alertgest").symlink_to(CHART)
    dependency = {"name": "alertgest", "version": "0.1.0", "condition": "alertgest.enabled"}
    chart = {"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": [dependency]}
    (parent / "Chart.yaml").write_text(yaml.safe_dump(chart))
    values = {"alertgest": {"enabled": True, "teams": {"webhookUrl": "https://x"}}}
    (parent / "values.yaml").write_text(
        yaml.safe_dump(values | {"global": {"imageRegistry": "r.example.com", "other": 1}})
    )
    command = [helm.path, "template", "up", str(parent), "--kube-version", "1.37.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    objects = [one for one in yaml.safe_load_all(done.stdout) if one]
    images = {container["image"] for _, pod in pod_templates(objects) for container in containers(pod)}
    assert images
    assert all(image.startswith("r.example.com/") for image in images)


def test_two_releases_share_no_name_of_the_cluster_or_of_a_shared_namespace(helm: Helm) -> None:
    def names(namespace: str, *more: str) -> set[tuple[str, str, str]]:
        text = helm.template("minimal", "--namespace", namespace, *more).stdout
        found = [one for one in yaml.safe_load_all(text) if one]
        return {(one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in found}

    shared = ("--set", "context.namespaces={shop,shop}")
    assert names("a").isdisjoint(names("b"))
    assert names("a", *shared).isdisjoint(names("b", *shared))


def test_long_names_that_differ_only_at_their_ends_stay_apart(helm: Helm) -> None:
    long = "platform-observability-production-eu-west"
    one, other = (helm.objects("minimal", release=f"{long}-{number}") for number in "12")
    assert {o["metadata"]["name"] for o in one}.isdisjoint({o["metadata"]["name"] for o in other})


def test_a_release_with_a_dot_gives_names_that_services_may_have(helm: Helm) -> None:
    assert (
        named(helm.objects("minimal", release="my.rel"), "Service", "-ingest")["metadata"]["name"]
        == "my-rel-alertgest-ingest"
    )


def test_the_metrics_are_not_published_with_the_receiver(helm: Helm) -> None:
    objects = helm.objects("minimal", "--set", "ingest.service.type=LoadBalancer,ingest.service.port=80")
    receiver, metrics = named(objects, "Service", "-ingest")["spec"], named(objects, "Service", "-metrics")["spec"]
    assert [(one["name"], one["port"], one["targetPort"]) for one in receiver["ports"]] == [("http", 80, "http")]
    assert "type" not in metrics
    assert [one["name"] for one in metrics["ports"]] == ["metrics"]
    pod = named(objects, "Deployment", "-ingest")["spec"]["template"]["spec"]["containers"][0]
    assert [one["containerPort"] for one in pod["ports"]] == [8080, 9090]


def test_the_bundled_ollama_fetches_by_the_proxy_and_trusts_the_companys_authority(helm: Helm) -> None:
    given = "proxy.httpsProxy=http://proxy:3128,caBundle.configMap=ca,networkPolicy.enabled=true"
    objects = helm.objects("minimal", "--set", given)
    told = variables(named(objects, "Deployment", "-ollama")["spec"]["template"]["spec"]["containers"][0])
    assert (told["HTTPS_PROXY"], told["SSL_CERT_FILE"]) == ("http://proxy:3128", "/etc/alertgest/ca/ca.crt")
    policy = named(objects, "NetworkPolicy", "-ollama")["spec"]["egress"]
    assert [port["port"] for rule in policy for port in rule["ports"]] == [53, 53, 3128]


def test_an_ollama_that_fetches_nothing_is_let_out_nowhere(helm: Helm) -> None:
    objects = helm.objects("minimal", "--set", "ollama.pull=false,networkPolicy.enabled=true")
    policy = named(objects, "NetworkPolicy", "-ollama")["spec"]["egress"]
    assert [port["port"] for rule in policy for port in rule["ports"]] == [53, 53]


def test_the_ports_of_servers_of_ones_own_are_those_of_their_urls(helm: Helm) -> None:
    given = (
        "postgresql.enabled=false,database.url=postgresql://u@db:6432/x,ollama.enabled=false,ollama.baseUrl=https://ai"
    )
    objects = helm.objects("minimal", "--set", f"{given},networkPolicy.enabled=true,context.enabled=false")
    policy = named(objects, "NetworkPolicy", "-digest")["spec"]["egress"]
    assert [port["port"] for rule in policy for port in rule["ports"]] == [53, 53, 6432, 443, 443]


def test_where_the_platform_chooses_users_no_number_is_set(helm: Helm) -> None:
    for name, pod in pod_templates(helm.objects("minimal", "--set", "fixedUserIds=false")):
        security = pod["spec"]["securityContext"]
        assert security == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}, name


def test_without_accounts_of_our_own_the_namespaces_is_used(helm: Helm) -> None:
    objects = helm.objects("minimal", "--set", "serviceAccounts.create=false")
    accounts = {pod["spec"].get("serviceAccountName", "default") for _, pod in pod_templates(objects)}
    assert accounts == {"default"}


def test_global_values_may_be_nothing_at_all(each_helm: Helm) -> None:
    assert each_helm.objects("minimal", "--set", "global=null") == each_helm.objects("minimal")


def test_the_job_that_fetches_models_gets_no_secret(each_helm: Helm) -> None:
    (job,) = (one for one in each_helm.objects("minimal") if one["kind"] == "Job")
    told = variables(job["spec"]["template"]["spec"]["containers"][0])
    assert told.keys() == {"OLLAMA_BASE_URL", "OLLAMA_MODEL", "OLLAMA_FALLBACK_MODEL"}
