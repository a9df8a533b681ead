"""The command line as its page and the README tell it, beside what the programs know."""

import re
from pathlib import Path

import pytest

from tools.cli_table import MEANINGS, Command, commands, exit_codes

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = commands()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.line)
def test_each_command_says_in_a_sentence_what_it_is_for(command: Command) -> None:
    assert re.fullmatch(r"[A-Z].{20,}\.", command.summary)
    assert command.line in command.text


def test_the_readme_names_every_command_and_no_other() -> None:
    typed = re.findall(r"(?<!/)\balertgest-(?:ingest|digest) (?!-)([a-z][a-z-]*)", README)
    alone = [span.split()[0] for span in re.findall(r"`([a-z][a-z-]*(?: ID)?)`", README)]
    known = {command.name for command in COMMANDS}
    assert set(typed) - known == set()
    assert known - {*typed, *alone} == set()


def test_each_exit_code_has_a_meaning_and_the_readme_has_the_same() -> None:
    table = README.partition("| exit code | meaning |\n")[2].partition("\n\n")[0]
    rows = dict(re.findall(r"^\| (\d) \| (.+) \|$", table, re.MULTILINE))
    assert {int(code): meaning for code, meaning in rows.items()} == MEANINGS
    assert list(exit_codes()) == list(MEANINGS)


def test_the_chart_tries_again_what_is_worth_it() -> None:
    pod = (ROOT / "charts/alertgest/templates/digest/_pod.tpl").read_text(encoding="utf-8")
    (final,) = re.findall(r"values: \[([\d, ]+)\]", pod)
    assert {int(code) for code in final.split(",")} == set(MEANINGS) - {0, 1, 4}
