"""What is generated is what is committed: the schema, the README and the time zones of the chart."""

from tests.chart.conftest import CHART, tool
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
