"""What is generated is what is committed: the schema, the README and the time zones of the chart."""

import yaml

from tests.chart.conftest import CHART, tool
from tests.chart.test_settings import leaves
from tools.chart_files import generated


def test_the_generated_files_of_the_chart_are_up_to_date() -> None:
    tool("helm-docs")
    tool("helm-values-schema-json")
    for path, text in generated().items():
        assert (CHART / path).read_text(encoding="utf-8") == text, f"{path} is old: run `make docs`"


def test_every_value_of_ours_is_described() -> None:
    """Words are asked of every value but those that every chart has."""
    known = (
        "image. resources persistence. nodeSelector tolerations affinity priorityClassName podAnnotations podLabels "
        "extra service. ingress. httpRoute. autoscaling. annotations topologySpreadConstraints serviceMonitor. "
        "prometheusRule. dashboard.labels serviceAccounts. ollama.enabled"
    )
    rows = [line.split("|") for line in (CHART / "README.md").read_text().splitlines() if line.startswith("| ")]
    values = {row[1].strip(): row[4].strip() for row in rows if len(row) >= 6 and "`" in row[3]}
    assert len(values) > 100
    assert [name for name, words in values.items() if not words and not any(one in name for one in known.split())] == []


def test_every_value_is_in_the_readme_by_itself_or_within_a_row_of_its_own() -> None:
    text = (CHART / "README.md").read_text(encoding="utf-8")
    told = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ") and "`" in line}
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    paths = [path for path, _ in leaves(values)]
    assert len(paths) > 200
    assert [path for path in paths if not any(_within(path, one) or _within(one, path) for one in told)] == []


def _within(path: str, other: str) -> bool:
    return f"{path}.".startswith(f"{other}.")
