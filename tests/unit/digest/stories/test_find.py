"""Stories part the groups of a night: each is in one, for reasons that are told, whatever the order, ids or date."""

import random
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.facts import Facts, Group, Level
from digest.stories.find import find_stories, with_stories
from digest.stories.signs import LEVELS
from tests.stories import MORNING, alert, condition, night, rollout, seen

PODS = ("api-7d9f8b6c5-x2k4z", "db-0", "web-6c5d4f7b9-k4x2z")
NODES = ("worker-1", "worker-2")
ABOUT: tuple[Mapping[str, str], ...] = (
    {},
    {"node": NODES[0]},
    {"pod": PODS[0]},
    {"pod": PODS[1], "node": NODES[1]},
    {"deployment": "web"},
    {"persistentvolumeclaim": "data-db-0"},
    {"service": "api"},
)
CONTEXT = seen(*condition(NODES[0], "DiskPressure", 100, 200))


@st.composite
def made(draw: st.DrawFn) -> Group:
    """Return a group about anything, at any time, long or short."""
    begin = draw(st.integers(-200, MORNING - 1))
    end = draw(st.one_of(st.none(), st.integers(begin + 1, MORNING)))
    about = draw(st.sampled_from(ABOUT))
    changes = draw(st.sampled_from(((), (), (rollout(90),), (rollout(300, "reg/db:7"),))))
    level: Level = draw(st.sampled_from(LEVELS))
    cluster = draw(st.sampled_from(("", "", "", "us")))
    nodes = draw(st.sampled_from(((), (), NODES, NODES[:1])))
    space = draw(st.sampled_from(("", "shop", "media")))
    return alert(
        "A", begin, end, namespace=space, level=level, changes=changes, cluster=cluster, nodes=nodes, about=about
    )


NIGHTS = st.lists(made(), max_size=14).map(
    lambda groups: night((replace(group, alertname=f"A{n}") for n, group in enumerate(groups)), CONTEXT)
)


def by_name(facts: Facts) -> set[tuple[str, frozenset[str]]]:
    """Return the headline and all groups of each story, by the names of their alerts."""
    names = {group.id: group.alertname for group in facts.groups}
    stories = find_stories(facts)
    return {(names[story.headline], frozenset(names[one] for one in story.groups)) for story in stories}


def shifted(value: Any, by: timedelta) -> Any:  # noqa: ANN401 - a tree of any types
    """Return a tree with every time in it moved."""
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(shifted(one, by) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: shifted(getattr(value, field.name), by) for field in fields(value)})
    return value


@given(NIGHTS)
@settings(max_examples=60)
def test_each_group_is_in_one_story_for_one_reason_that_leads_to_the_headline(facts: Facts) -> None:
    stories = find_stories(facts)
    assert sorted(one for story in stories for one in story.groups) == sorted(group.id for group in facts.groups)
    for story in stories:
        assert story.groups[0] == story.headline
        assert [reason.group for reason in story.reasons] == list(story.groups[1:])
        nearer = {reason.group: reason.with_group for reason in story.reasons}
        for follower in story.groups[1:]:
            steps = [follower]
            while steps[-1] != story.headline:
                steps.append(nearer[steps[-1]])
                assert len(steps) <= len(story.groups)


@given(NIGHTS)
@settings(max_examples=60)
def test_no_story_has_groups_of_two_clusters(facts: Facts) -> None:
    cluster = {group.id: (group.source, group.cluster) for group in facts.groups}
    assert all(len({cluster[one] for one in story.groups}) == 1 for story in find_stories(facts))


@given(NIGHTS, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_neither_the_order_of_the_groups_nor_their_ids_matter(facts: Facts, chance: random.Random) -> None:
    groups = list(facts.groups)
    chance.shuffle(groups)
    in_other_order = replace(facts, groups=tuple(groups))
    with_other_ids = night(groups, CONTEXT)
    assert find_stories(in_other_order) == find_stories(facts)
    assert by_name(with_other_ids) == by_name(facts)


@given(NIGHTS, st.integers(-500, 500))
@settings(max_examples=40)
def test_the_date_does_not_matter(facts: Facts, hours: int) -> None:
    by = timedelta(hours=hours)
    assert find_stories(shifted(facts, by)) == shifted(find_stories(facts), by)


def test_a_night_without_alerts_has_no_stories() -> None:
    assert find_stories(night(())) == ()


def test_the_facts_get_their_stories_and_keep_the_rest() -> None:
    facts = night((alert("A", 60, 90),))
    told = with_stories(facts)
    assert (len(told.stories), replace(told, stories=())) == (1, facts)
