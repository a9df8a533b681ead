"""The values that the pages show are taken by the chart."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.conftest import CHART, Helm
from tests.documented import blocks, pages

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


@pytest.mark.parametrize("shown", SHOWN)
def test_values_of_a_page_are_taken(helm: Helm, shown: str, tmp_path: Path) -> None:
    file = tmp_path / "shown.yaml"
    file.write_text(shown, encoding="utf-8")
    done = helm.template("minimal", "--values", str(file))
    assert done.returncode == 0, done.stderr


def test_pages_show_values() -> None:
    assert len(SHOWN) >= 5
