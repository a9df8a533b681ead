"""What the pages claim is so: the tests that they name exist, the index has them all, redaction finds what it says."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from digest.redact import Redactor

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("**/*.md"))
SECURITY = (DOCS / "security.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    for path, _, name in re.findall(r"`(tests/[\w/]+\.py)(::(\w+))?`", page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
        assert not name or name in functions(ROOT / path), f"{path}::{name}"


@cache
def functions(module: Path) -> frozenset[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_index_has_every_page_once() -> None:
    linked = re.findall(r"^\| \[[^]]+\]\(([\w.-]+)\)", (DOCS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    there = [path.name for path in DOCS.iterdir() if path.is_dir() or path.suffix == ".md"]
    assert sorted(linked) == sorted(set(there) - {"README.md"})


REDACTED = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", SECURITY, re.MULTILINE)
KEPT = re.findall(r"^\| `([^`]+)` \| [^`|]+ \|$", SECURITY, re.MULTILINE)


@pytest.mark.parametrize(("told", "shown"), REDACTED)
def test_what_the_page_says_is_redacted_is(told: str, shown: str) -> None:
    assert Redactor()(told) == shown


def test_the_page_shows_both_what_is_found_and_what_is_not() -> None:
    assert (len(REDACTED), len(KEPT)) == (6, 5)


@pytest.mark.parametrize("text", KEPT)
def test_what_the_page_says_is_not_found_is_not(text: str) -> None:
    assert Redactor()(text) == text
