"""What the pages type at a cluster, or only tell, names objects that the chart really has."""

import re
from pathlib import Path

import pytest

from tests.chart.conftest import CHART, Helm, pod_templates, variables
from tests.documented import Block, blocks, pages, steps

EVERY = [block for page in pages() for block in blocks(page)
         if block.needs_cluster and (block.has_commands or block.fence == ("text",))]  # fmt: skip
_KINDS = {"deploy": "Deployment", "deployment": "Deployment", "cronjob": "CronJob", "cj": "CronJob",
          "statefulset": "StatefulSet", "sts": "StatefulSet", "svc": "Service", "service": "Service"}  # fmt: skip
_NAMED = re.compile(rf"\b({'|'.join(_KINDS)})[/ ](alertgest[\w-]*)")


QUICK_START = "docs/quick-start.md"


def place(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize("block", [one for one in EVERY if _NAMED.search(one.text)], ids=place)
def test_each_object_is_one_of_the_release_alertgest(helm: Helm, block: Block) -> None:
    there = {(one["kind"], one["metadata"]["name"]) for one in helm.objects("minimal")}
    assert {(_KINDS[kind], name) for kind, name in _NAMED.findall(block.text)} <= there


def quick_start() -> str:
    """Return the values of the quick start."""
    typed = next(block.text for block, _ in steps(QUICK_START) if block.text.startswith("cat > alertgest.yaml"))
    return typed.partition("\n")[2].removesuffix("END")


def test_what_the_quick_start_says_of_a_model_is_taken(helm: Helm, tmp_path: Path) -> None:
    without = "".join(line for line in quick_start().splitlines(keepends=True) if "ollama:" not in line)
    without = without.replace("  use: false\n  enabled: false\n", "")
    assert quick_start().count("\n") - without.count("\n") == 3
    page = (CHART.parents[1] / QUICK_START).read_text(encoding="utf-8")
    (own,) = re.findall(r"`(ollama: \{enabled: false, baseUrl: [^`]+)`", page)
    for more, bundled in (("", True), (f"{own}\n", False)):
        values = tmp_path / f"{bundled}.yaml"
        values.write_text(without + more, encoding="utf-8")
        rendered = helm.objects("minimal", "--values", str(values), "--set", "teams.webhookUrl=")
        there = {(one["kind"], one["metadata"]["name"]) for one in rendered}
        assert (("Deployment", "alertgest-ollama") in there) is bundled


def test_the_values_of_the_quick_start_are_taken(helm: Helm, tmp_path: Path) -> None:
    values = tmp_path / "alertgest.yaml"
    values.write_text(quick_start(), encoding="utf-8")
    rendered = helm.objects("minimal", "--values", str(values), "--set", "teams.webhookUrl=")
    assert "alertgest-ollama" not in {one["metadata"]["name"] for one in rendered}
    pod = next(pod for name, pod in pod_templates(rendered) if name == "CronJob alertgest-digest")
    env = variables(pod["spec"]["containers"][0])
    assert (env["CAPTURE_WINDOW_TIMEZONE"], env["CLUSTER_NAME"]) == ("Europe/Berlin", "my-cluster")
    assert env["TEAMS_WEBHOOK_URL"] == {"secretKeyRef": {"name": "alertgest-teams", "key": "webhook-url"}}
