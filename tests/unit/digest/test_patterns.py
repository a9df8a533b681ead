"""What belongs together is found from the groups alone."""

from dataclasses import replace
from datetime import timedelta

from digest.facts import Group, Resource, ResourceKind
from digest.patterns import find_patterns
from digest.rows import BurstRow, Key
from tests.facts_factory import PERIOD, START, night

MINUTE = timedelta(minutes=1)


def groups(*changes: dict[str, object]) -> tuple[Group, ...]:
    """Return groups that began hours apart in namespaces of their own, each with its change."""
    made = night(len(changes)).groups
    made = tuple(sorted(made, key=lambda group: int(group.id[1:])))
    apart = (
        replace(group, resources=(), flapping_series=0, first_seen=START + 120 * n * MINUTE, namespace=f"n{n}")
        for n, group in enumerate(made)
    )
    return tuple(replace(group, **change) for group, change in zip(apart, changes, strict=True))  # type: ignore[arg-type]


def found(*changes: dict[str, object], bursts: tuple[BurstRow, ...] = ()) -> list[tuple[str, tuple[str, ...], int]]:
    return [(one.kind, one.groups, one.count) for one in find_patterns(groups(*changes), bursts, PERIOD)]


def on_node(name: str, total: int = 1) -> dict[str, object]:
    return {"resources": (ResourceKind("node", total, (Resource(name, 1, 0),)),)}


def test_groups_apart_have_no_pattern() -> None:
    assert found({}, {}, {}) == []


def test_two_groups_that_name_one_node_belong_to_it() -> None:
    assert found(on_node("a"), on_node("b"), on_node("a")) == [("same_node", ("g1", "g3"), 2)]
    assert found(on_node("a"), on_node("a", total=2)) == []


def test_groups_of_one_namespace_that_begin_within_two_minutes_belong_together() -> None:
    same = {"namespace": "shop"}
    assert found(same | {"first_seen": START}, same | {"first_seen": START + 2 * MINUTE}) == [
        ("together", ("g1", "g2"), 2)
    ]
    assert found(same | {"first_seen": START}, same | {"first_seen": START + 3 * MINUTE}) == []
    assert found({"namespace": "", "first_seen": START}, {"namespace": "", "first_seen": START}) == []


def test_twenty_starts_within_five_minutes_are_a_storm_and_nineteen_are_not() -> None:
    (group,) = groups({})
    key = Key(group.source, group.cluster, group.alertname, group.severity, group.namespace)
    assert found({}, bursts=(BurstRow(key, START, 20),)) == [("storm", ("g1",), 20)]
    assert found({}, bursts=(BurstRow(key, START, 19),)) == []


def test_what_fires_four_fifths_of_the_period_fires_long() -> None:
    # 14 hours are 50,400 seconds; four fifths of them are 40,320.
    assert found({"firing_seconds": 40_320}) == [("long_firing", ("g1",), 10)]
    assert found({"firing_seconds": 40_319}) == []


def test_a_group_with_a_flapping_series_flaps() -> None:
    assert found({"flapping_series": 1}) == [("flapping", ("g1",), 10)]
