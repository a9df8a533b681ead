"""The values that the pages show are taken by the chart, and every value that a page names is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.conftest import CHART, Helm
from tests.documented import blocks, pages

ROOT = CHART.parents[1]
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))


def is_values(text: str) -> bool:
    """Say whether YAML could be values of the chart."""
    shown = yaml.safe_load(text)
    return isinstance(shown, dict) and set(shown) <= set(VALUES)


SHOWN = [
    pytest.param(block.text, id=f"{page}:{block.line}")
    for page in pages()
    for block in blocks(page)
    if block.fence == ("yaml",) and is_values(block.text)
]
NAMED = re.compile(rf"`((?:{'|'.join(VALUES)})(?:\.\w+)+)(?:=[^`]*|: [^`]*)?`")
OF_OTHERS = {"alertmanager.config"}
"""Of kube-prometheus-stack."""
FOR_OPERATORS = [page for page in pages() if page not in {"README.md", "docs/design.md", "docs/facts.md"}]
"""Those others also name files and fields that begin like a value."""


@pytest.mark.parametrize("shown", SHOWN)
def test_values_of_a_page_are_taken(helm: Helm, shown: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.yaml"
    file.write_text(shown, encoding="utf-8")
    done = helm.template("minimal", "--values", str(file))
    assert done.returncode == 0, done.stderr


def test_pages_show_values() -> None:
    assert len(SHOWN) >= 5


@pytest.mark.parametrize("page", FOR_OPERATORS)
def test_a_value_that_a_page_names_is_one_of_the_chart(page: str) -> None:
    named = set(NAMED.findall((ROOT / page).read_text(encoding="utf-8"))) - OF_OTHERS
    assert sorted(path for path in named if not is_there(path)) == []


def is_there(path: str) -> bool:
    """Say whether the values have a path; a map that is empty by default takes any key."""
    value: Any = VALUES
    for key in path.split("."):
        if value == {}:
            return True
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
