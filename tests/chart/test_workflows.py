"""The workflows, which cannot run here: well formed, pinned by commit, with the least permissions."""

import re
import subprocess

import pytest
import yaml

from tests.chart.conftest import CHART, tool

FOLDER = CHART.parents[1] / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yaml"))


def test_actionlint_finds_nothing() -> None:
    command = [tool("actionlint"), "-no-color", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", [path.name for path in WORKFLOWS])
def test_actions_are_pinned_by_commit_and_nothing_may_write_but_what_must(name: str) -> None:
    text = (FOLDER / name).read_text()
    used = re.findall(r"uses: ([^.\s]\S*)(.*)", text)
    assert used
    assert all(re.fullmatch(r"[\w/.-]+@[0-9a-f]{40}", action) and " # v" in note for action, note in used)
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job or "uses" in job for job in workflow["jobs"].values())
    granted = [pair for job in workflow["jobs"].values() for pair in job.get("permissions", {}).items()]
    writes = {what for what, right in granted if right == "write"}
    assert writes == ({"packages", "id-token"} if name == "release.yaml" else set())
