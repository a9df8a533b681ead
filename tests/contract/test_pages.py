"""A newcomer follows each page in a fresh clone: what needs no cluster goes well and prints what is said."""

from pathlib import Path

import pytest

from tests.by_hand import is_by_hand
from tests.documented import missing, pages, steps
from tests.newcomer import ADDRESS, Newcomer, newcomer


def typed_here(page: str) -> list[tuple[str, str]]:
    """Return the commands of a page that need no cluster, each with the output that the page promises."""
    return [(block.text, output) for block, output in steps(page) if not block.needs_cluster and not is_by_hand(block)]


PAGES = [page for page in pages() if typed_here(page)]


@pytest.fixture
def somebody(tmp_path: Path) -> Newcomer:
    return newcomer(tmp_path)


def test_the_way_from_nothing_to_a_card_on_the_screen_is_walked() -> None:
    assert "docs/quick-start.md" in PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_newcomer_can_follow_it(somebody: Newcomer, page: str) -> None:
    wanted = typed_here(page)
    if not any(f"git clone {ADDRESS}" in commands for commands, _ in wanted):
        done = somebody.type(f"git clone --quiet {ADDRESS} && cd alertgest")
        assert done.returncode == 0, done.stdout
    for commands, output in wanted:
        done = somebody.type(commands)
        assert done.returncode == 0, f"{commands}\n{done.stdout}"
        assert missing(output, done.stdout) == [], done.stdout
