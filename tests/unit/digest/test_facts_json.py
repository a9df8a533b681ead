"""Facts become JSON and come back as they were."""

import json
from dataclasses import replace

import pytest

from digest.episode import Episode
from digest.facts import Heartbeat, LateGroup
from digest.facts_json import from_json, to_json, to_text
from digest.health.model import Span
from digest.noise.model import Proposal, Rule
from digest.stories.find import with_stories
from tests.facts_factory import END, PERIOD, START, night
from tests.noise_factory import judged

FULL = replace(
    with_stories(night(5)),
    skipped=(PERIOD,),
    late=(LateGroup("s", "c", "Late", "x", "other", "n", 1, START, END),),
    heartbeats=(Heartbeat("s", "c", "Watchdog", None, alive=False),),
    noise=(judged("duplicate", Proposal("merge", 10, 1, into=Rule("s", "c", "Other", "info"))), judged("actionable")),
)


def test_what_was_written_can_be_read() -> None:
    assert from_json(json.loads(to_text(FULL))) == FULL


def test_what_was_kept_before_there_was_noise_can_be_read() -> None:
    value = to_json(FULL)
    del value["noise"]
    assert from_json(value) == replace(FULL, noise=())


def test_facts_of_a_digest_that_knew_no_stories_can_be_read() -> None:
    value = to_json(FULL)
    del value["stories"]
    assert from_json(value) == replace(FULL, stories=())


def test_when_a_group_fired_and_its_episodes_come_back_as_they_were() -> None:
    episodes = (
        Episode(START, END, "cleared", (("pod", "api-1"), ("zone", "b"))),
        Episode(START, None, "firing"),
    )
    group = replace(FULL.groups[0], fired=(Span(START, END),), fired_merged=3, episodes=episodes)
    facts = replace(FULL, groups=(group, *FULL.groups[1:]))
    value = json.loads(to_text(facts))
    assert value["groups"][0]["episodes"][0]["labels"] == {"pod": "api-1", "zone": "b"}
    assert from_json(value) == facts


def test_groups_of_a_digest_that_kept_no_episodes_can_be_read() -> None:
    value = to_json(FULL)
    for group in value["groups"]:
        for name in ("fired", "fired_merged", "episodes"):
            del group[name]
    assert from_json(value) == FULL


def test_times_end_with_z_and_groups_have_what_others_ask_for() -> None:
    value = to_json(FULL)
    assert value["period"]["start"] == "2026-11-22T17:00:00Z"
    group = value["groups"][0]
    # The first group fires; group number 0 has 3,600 seconds of firing.
    assert (group["alertname"], group["total_duration_minutes"], group["flapping"]) == ("Alert0", 60, True)
    assert group["common_labels"] == {"node": "node-0", "pod": "pod-0", "team": "team-0"}


def test_facts_of_another_version_are_refused() -> None:
    with pytest.raises(ValueError, match="version 99"):
        from_json(to_json(FULL) | {"version": 99})
