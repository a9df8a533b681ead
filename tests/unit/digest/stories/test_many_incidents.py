"""A night of twelve incidents that overlap, 300 groups in all, is told as twelve stories, whatever their mixture."""

import random

import pytest

from digest.stories.find import find_stories
from tests.incidents import incidents
from tests.stories import night, parts


@pytest.mark.parametrize("seed", range(20))
def test_each_incident_is_one_story(seed: int) -> None:
    told = incidents(seed)
    places = [(incident, group) for incident, groups in enumerate(told) for group in groups]
    random.Random(seed).shuffle(places)
    true = [set[str]() for _ in told]
    for number, (incident, _) in enumerate(places, 1):
        true[incident].add(f"g{number}")
    facts = night(group for _, group in places)
    assert len(facts.groups) == 300
    assert {groups for _, groups in parts(find_stories(facts))} == {frozenset(groups) for groups in true}
