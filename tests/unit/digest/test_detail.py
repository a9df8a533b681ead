"""How much of each group is kept one by one, and what is joined where that is too much."""

from datetime import timedelta

from digest.detail import MOST_EPISODES, MOST_OF_GROUP, MOST_SPANS, drawn, episodes_of, joined, shares
from digest.episode import Episode
from digest.rows import EpisodeRow, GroupRow, Key
from tests.facts_factory import END, START

KEY = Key("default", "eu-1", "Down", "warning", "shop")
MINUTE = timedelta(minutes=1)


def row(number: int, occurrences: int) -> GroupRow:
    key = KEY._replace(alertname=f"Down{number}")
    return GroupRow(key, 1, occurrences, 0, 0, 0, START, END, None, None, 60)


def test_few_spans_are_kept_as_they_are() -> None:
    spans = [(START, START + MINUTE), (START + 2 * MINUTE, START + 3 * MINUTE)]
    assert [(one.start, one.end, one.merged) for one in joined(KEY, spans)] == [(*span, 0) for span in spans]


def test_of_more_spans_than_are_kept_those_with_the_shortest_breaks_are_joined() -> None:
    # 61 spans of a minute, five minutes apart, but the second begins a minute after the first: these two are joined.
    starts = [START, START + 2 * MINUTE, *(START + n * 6 * MINUTE for n in range(2, MOST_SPANS + 1))]
    kept = joined(KEY, [(start, start + MINUTE) for start in starts])
    assert len(kept) == MOST_SPANS
    assert (kept[0].start, kept[0].end, kept[0].merged) == (START, START + 3 * MINUTE, 1)
    assert {one.merged for one in kept[1:]} == {0}


def test_a_group_that_never_fired_in_the_period_has_no_span() -> None:
    assert joined(KEY, []) == ()


def test_episodes_are_shared_out_in_the_order_of_importance() -> None:
    # 7 and then 20 of each group; 993 are left after the first: 49 groups get 20, the 51st gets 13, others none.
    told = [row(0, 7), *(row(number, 500) for number in range(1, 60))]
    share = shares(told)
    assert (share[told[0].key], share[told[1].key], share[told[50].key]) == (7, MOST_OF_GROUP, 13)
    assert told[51].key not in share
    assert sum(share.values()) == MOST_EPISODES


def test_spans_are_kept_of_the_most_important_groups_only() -> None:
    told = [row(number, 1) for number in range(70)]
    assert drawn(told) == tuple(one.key for one in told[:60])


def test_an_episode_has_the_labels_that_tell_its_series_apart() -> None:
    labels = {"alertname": "Down", "team": "shop", "zone": "b", "pod": "api-1", "container": "app", "empty": ""}
    second = timedelta(seconds=1, microseconds=7)
    (told,) = episodes_of([EpisodeRow(KEY, START + second, None, "firing", labels)], {"team": "shop"}, ["alertname"])
    # The affected object comes first, the others by name; two are kept, and times have no fraction of a second.
    assert told == Episode(START + timedelta(seconds=1), None, "firing", (("pod", "api-1"), ("container", "app")))
