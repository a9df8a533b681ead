"""Faults that spread in known ways are one story each, and their neighbours are not in it."""

import pytest

from digest.stories.find import find_stories
from tests.stories import expected, parts
from tests.unit.digest.stories.scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_stories_are_those_written_by_hand(name: str) -> None:
    assert parts(find_stories(SCENARIOS[name].facts)) == expected(SCENARIOS[name])
