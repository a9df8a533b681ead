"""The alert rules hold for promtool, each has its runbook, and rules and dashboard name metrics that there are."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.conftest import CHART, Helm, named
from tests.programs import program
from tools.metrics_table import documented, names

RULES = CHART / "files" / "alerts.yaml"
ALERTS = {one["alert"]: one for one in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]}
RUNBOOKS = CHART.parents[1] / "docs" / "runbooks"
TESTS = Path(__file__).parent / "alerts_test.yaml"


def promtool(*arguments: str) -> None:
    done = subprocess.run([program("promtool"), *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_takes_the_rules_as_the_file_has_them_and_as_they_are_rendered(helm: Helm, tmp_path: Path) -> None:
    rendered = tmp_path / "rendered.yaml"
    spec = named(helm.objects("production"), "PrometheusRule", "-rules")["spec"]
    rendered.write_text(yaml.safe_dump(spec))
    promtool("check", "rules", str(RULES))
    promtool("check", "rules", str(rendered))
    assert spec == yaml.safe_load(RULES.read_text())


def test_each_rule_fires_when_it_should_and_is_silent_when_it_should_be() -> None:
    promtool("test", "rules", str(TESTS))
    tested = {
        (case["alertname"], bool(case.get("exp_alerts")))
        for test in yaml.safe_load(TESTS.read_text())["tests"]
        for case in test["alert_rule_test"]
    }
    assert {name for name, fires in tested if fires} == set(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_to_do(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert {"summary", "description", "runbook_url"} == rule["annotations"].keys()
    page = RUNBOOKS / rule["annotations"]["runbook_url"].rpartition("/")[2]
    headings = re.findall(r"^## (.*)$", page.read_text(), re.MULTILINE)
    assert headings == ["Meaning", "Impact", "Diagnosis", "Mitigation"]
    assert page.read_text().startswith(f"# {name}\n")


def test_there_is_no_runbook_without_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(ALERTS)


@pytest.mark.parametrize("file", ["alerts.yaml", "dashboard.json"])
def test_every_metric_that_is_asked_for_is_one_that_is_exposed(file: str) -> None:
    text = (CHART / "files" / file).read_text()
    asked = names(text)
    assert asked
    assert asked <= {row.name for row in documented()}


def test_the_dashboard_is_rendered_whole_and_every_panel_says_what_it_shows(helm: Helm) -> None:
    data = named(helm.objects("everything"), "ConfigMap", "-dashboard")["data"]
    dashboard = json.loads(data["alertgest.json"])
    panels = [one for one in dashboard["panels"] if one["type"] != "row"]
    assert len(panels) > 10
    assert all(one["title"] and one["description"] and one["targets"][0]["expr"] for one in panels)
    assert len({one["id"] for one in dashboard["panels"]}) == len(dashboard["panels"])
    assert dashboard == json.loads((CHART / "files" / "dashboard.json").read_text())


def test_promtool_understands_every_query_of_the_dashboard(tmp_path: Path) -> None:
    dashboard = json.loads((CHART / "files" / "dashboard.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", str(file))


def test_the_rule_about_jobs_has_the_names_of_the_release(helm: Helm) -> None:
    (rule,) = (
        one
        for one in named(helm.objects("production", "--set", "fullnameOverride=night"), "PrometheusRule", "-rules")[
            "spec"
        ]["groups"][0]["rules"]
        if one["alert"] == "AlertgestDigestFailed"
    )
    assert 'owner_name=~"night-(digest|snapshot)"' in rule["expr"]
