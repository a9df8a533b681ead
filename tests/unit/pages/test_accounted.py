"""No command of a page is left out: it is run by a walk, or listed with the reason why not."""

import re
import subprocess
from itertools import pairwise

import pytest

from tests.by_hand import BY_HAND, is_by_hand
from tests.documented import ROOT, Block, blocks, pages

EVERY = [block for page in pages() for block in blocks(page)]
TYPED = [block for block in EVERY if block.has_commands]
LISTED = [(page, begin) for page, some in BY_HAND.items() for begin in some]


def place(block: Block) -> str:
    return f"{block.page}:{block.line}"


def test_commands_are_fenced_as_sh_and_need_a_cluster_or_not() -> None:
    others = {"bash", "shell", "console", "shell-session", "zsh", "ps1", "powershell"}
    assert [place(block) for block in EVERY if block.fence and block.fence[0] in others] == []
    assert [place(block) for block in TYPED if block.fence not in {("sh",), ("sh", "cluster"), ()}] == []


def test_output_stands_below_the_commands_that_print_it() -> None:
    above = [(before, after) for before, after in pairwise(EVERY) if after.is_output]
    assert [place(after) for before, after in above if not (before.has_commands and before.page == after.page)] == []


@pytest.mark.parametrize(("page", "begin"), LISTED)
def test_what_is_listed_as_not_run_is_still_there_and_only_once(page: str, begin: str) -> None:
    found = [place(block) for block in TYPED if block.page == page and block.text.startswith(begin)]
    assert len(found) == 1, "mend or remove its line in tests/by_hand.py"


@pytest.mark.parametrize(("page", "begin"), LISTED)
def test_the_reason_names_tests_that_exist(page: str, begin: str) -> None:
    assert all((ROOT / path).exists() for path in re.findall(r"tests/[\w/]+\.py", BY_HAND[page][begin]))


@pytest.mark.parametrize("block", TYPED, ids=place)
def test_a_shell_can_read_it(block: Block) -> None:
    done = subprocess.run(("bash", "-n"), input=block.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [one for one in TYPED if not is_by_hand(one)], ids=place)
def test_nothing_that_is_run_has_a_name_to_fill_in(block: Block) -> None:
    assert re.findall(r"<[a-z][\w -]*>|…", block.text) == []
