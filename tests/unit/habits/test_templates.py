"""The forms for issues: what GitHub takes, commands that there are, and a warning of secrets on each."""

import re
from typing import Any

import pytest
import yaml
from typer.main import get_command

from digest.cli import app
from tests.documented import ROOT

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"
FORMS = sorted(path.name for path in FOLDER.glob("*.yml") if path.name != "config.yml")
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
"""What GitHub knows: docs.github.com, "Syntax for GitHub's form schema"."""


def form(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def test_there_is_one_for_each_kind_of_issue_and_none_without() -> None:
    assert FORMS == ["bug.yml", "card.yml", "feature.yml"]
    assert form("config.yml")["blank_issues_enabled"] is False


@pytest.mark.parametrize("name", FORMS)
def test_github_takes_it(name: str) -> None:
    parts = form(name)["body"]
    assert {"name", "description", "labels", "body"} == set(form(name))
    assert {part["type"] for part in parts} <= KINDS
    ids = [part["id"] for part in parts if part["type"] != "markdown"]
    assert len(ids) == len(set(ids))
    assert all(part["attributes"].get("label") for part in parts if part["type"] != "markdown")


@pytest.mark.parametrize("name", FORMS)
def test_it_warns_of_secrets_first_and_asks_at_the_end(name: str) -> None:
    first, *_, last = form(name)["body"]
    assert (first["type"], "secrets" in first["attributes"]["value"]) == ("markdown", True)
    assert [one["required"] for one in last["attributes"]["options"]] == [True]


@pytest.mark.parametrize("name", FORMS)
def test_the_commands_that_it_asks_for_exist(name: str) -> None:
    named = re.findall(r"alertgest-digest ([a-z-]+)", (FOLDER / name).read_text(encoding="utf-8"))
    assert set(named) <= set(get_command(app).commands)  # type: ignore[attr-defined]
