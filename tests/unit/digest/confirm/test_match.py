"""Series of ALERTS are found among those of webhooks by their labels, since fingerprints differ."""

from hypothesis import given
from hypothesis import strategies as st

from digest.confirm.match import external_labels, match

POD = {"alertname": "Down", "severity": "page", "pod": "a"}


def test_external_labels_do_not_hinder() -> None:
    assert match([POD], [POD | {"cluster": "eu", "prometheus": "k8s"}, POD | {"pod": "b", "cluster": "eu"}]) == [[0]]


def test_two_replicas_are_one_stored_series_and_one_series_may_be_stored_at_two_sources() -> None:
    assert match([POD, POD], [POD | {"replica": "1"}]) == [[0], [0]]
    assert match([POD], [POD, POD | {"cluster": "eu"}]) == [[0, 1]]


def test_a_dropped_label_is_forgiven_where_nothing_has_all_of_them() -> None:
    stored = [{"alertname": "Down", "severity": "page", "cluster": "eu"}]
    assert match([POD, POD | {"pod": "b"}], stored) == [[0], [0]]


def test_a_series_of_the_whole_and_one_of_a_part_are_not_each_other() -> None:
    whole = {"alertname": "Down", "severity": "page"}
    assert match([whole, POD], [POD | {"cluster": "eu"}]) == [[], [0]]
    assert match([whole, POD], [whole | {"cluster": "eu"}]) == [[0], []]


def test_many_that_another_label_tells_apart_are_not_one_that_has_lost_it() -> None:
    renamed = [{"alertname": "Down", "severity": "page", "k8s_pod": str(number)} for number in range(5)]
    assert match([POD], renamed) == [[]]


def test_another_value_is_another_series() -> None:
    assert match([POD], [POD | {"pod": "b"}]) == [[]]
    assert match([POD], []) == [[]]


def test_external_labels_are_what_all_stored_ones_have_beyond() -> None:
    pairs = [(POD, POD | {"cluster": "eu", "zone": "a"}), (POD, POD | {"cluster": "eu", "zone": "b"})]
    assert external_labels(pairs) == {"cluster": "eu"}
    assert external_labels([]) == {}


LABELS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), max_size=4)


@given(st.lists(LABELS, max_size=6), st.lists(LABELS, max_size=6))
def test_whoever_has_all_labels_is_found_and_nobody_else_beside_them(
    seen: list[dict[str, str]], stored: list[dict[str, str]]
) -> None:
    inner = {name for labels in seen for name in labels}
    for labels, places in zip(seen, match(seen, stored), strict=True):
        whole = [
            place
            for place, other in enumerate(stored)
            if labels.items() <= other.items() and not (other.keys() - labels.keys()) & inner
        ]
        if whole:
            assert places == whole
        for place in places:
            assert all(stored[place].get(name, value) == value for name, value in labels.items())
