"""What the page for contributors names is there: rings, targets and the places of changes."""

import re

import pytest

from tests.documented import ROOT
from tests.unit.habits.test_make import TARGETS

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SPANS = set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", PAGE))


def rings() -> set[str]:
    """Return the folders of tests that are started by themselves."""
    return {f"tests/{path.name}" for path in (ROOT / "tests").iterdir()
            if path.is_dir() and (any(path.rglob("test_*.py")) or (path / "__main__.py").exists())}  # fmt: skip


def test_each_ring_has_its_line_and_each_line_its_ring() -> None:
    table = PAGE.partition("## The rings")[2].partition("## ")[0]
    assert set(re.findall(r"^\| `(tests/\w+)` \|", table, re.MULTILINE)) == rings()


def test_each_target_that_it_names_is_one_of_make() -> None:
    named = {span.split()[1] for span in SPANS if re.fullmatch(r"make [a-z-]+", span)}
    assert named
    assert named <= TARGETS


def test_each_place_that_it_names_is_there() -> None:
    named = {span for span in SPANS if re.fullmatch(r"[\w.]+(?:/[\w.-]+)+", span) and not span.startswith(".venv")}
    assert {"digest/briefing", "tests/by_hand.py"} <= named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_each_link_within_the_repository_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)\s:#]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
