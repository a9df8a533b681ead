"""`make` alone tells every target in a line, and the hooks of pre-commit do what `make lint` does."""

import configparser
import re
import subprocess
import tomllib

import yaml

from tests.documented import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def recipe(target: str) -> list[str]:
    """Return the commands of a target."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found
    return [line.strip().lstrip("@") for line in found[1].splitlines()]


def test_make_alone_prints_each_target_with_what_it_is_for() -> None:
    done = subprocess.run(("make", "-C", str(ROOT), "--no-print-directory"), capture_output=True, text=True, check=True)
    told = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert set(told) == TARGETS
    assert [target for target, words in told.items() if len(words) < 3] == []


def test_a_file_of_the_name_of_a_target_stops_no_target() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert set(phony.split()) == TARGETS


def test_the_hooks_run_what_make_lint_runs_and_fetch_nothing() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    linted = [" ".join(re.findall(r"^\$\(BIN\)/(\S+)(?: (?:check|format))?", line)) for line in recipe("lint")]
    hooked = [hook["entry"].removeprefix(".venv/bin/").split()[0] for hook in repository["hooks"]]
    assert hooked[: len(linted)] == linted


def test_editors_break_lines_where_ruff_does() -> None:
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text(encoding="utf-8"))
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert settings["*.py"]["max_line_length"] == str(ruff["line-length"])
