"""What is kept of a window, and what a group is known by for years."""

from dataclasses import replace
from uuid import UUID

from digest.compare.model import Comparison, GroupComparison
from digest.compare.rollup import key_of, of_kept, roll_up
from digest.facts_json import to_json
from digest.redact import redact
from tests.facts_factory import END, START, night

FACTS = night(3)


def test_a_group_is_known_by_its_five_names_for_ever() -> None:
    # printf '["default", "eu-1", "Alert0", "critical", "namespace-0"]' | sha256sum | head -c 32
    group = next(one for one in FACTS.groups if one.alertname == "Alert0")
    assert UUID(key_of(group)).hex == "f211c1e93fc9354c09bfd514415b4f1e"
    assert key_of(replace(group, id="g9", total_occurrences=1, summary="other")) == key_of(group)


def test_each_name_tells_groups_apart_wherever_it_is_cut() -> None:
    group = FACTS.groups[0]
    fields = ("source", "cluster", "alertname", "severity", "namespace")
    others = [replace(group, **{field: "x"}) for field in fields]  # type: ignore[arg-type]
    others += [replace(group, alertname="a", severity="bc"), replace(group, alertname="ab", severity="c")]
    assert len({key_of(one) for one in (group, *others)}) == 8


def test_a_roll_up_has_the_sums_and_the_groups() -> None:
    # Three groups of ten occurrences; the first one fires, and is critical.
    kept = roll_up(FACTS)
    assert (kept.window_start, kept.window_end, kept.timezone, kept.received) == (START, END, "Europe/Berlin", True)
    assert (kept.occurrences, kept.series, kept.firing, kept.stale, kept.resolved) == (30, 3, 1, 0, 2)
    assert [(one.alertname, one.level, one.attention, one.hours) for one in kept.groups] == [
        ("Alert0", "critical", True, None),
        ("Alert1", "warning", False, None),
        ("Alert2", "info", False, None),
    ]
    assert [one.firing_seconds for one in kept.groups] == [3600, 3601, 3602]


def test_key_and_hours_are_those_of_the_comparison_also_after_redaction() -> None:
    secret = replace(FACTS.groups[0], namespace="someone@example.org")
    compared = Comparison(0, 0, (GroupComparison(secret.id, key_of(secret), 5),))
    facts = redact(replace(FACTS, groups=(secret,), comparison=compared))
    (kept,) = roll_up(facts).groups
    assert (kept.namespace, kept.key, kept.hours) == ("email-1", key_of(secret), 5)


def test_kept_facts_make_the_same_roll_up() -> None:
    assert of_kept(to_json(FACTS)) == roll_up(FACTS)


def test_facts_of_another_form_make_none() -> None:
    assert of_kept({"version": 99}) is None
    assert of_kept({"version": 1, "period": 3}) is None
