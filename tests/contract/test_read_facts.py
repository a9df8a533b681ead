"""The facts of nights of which each number was worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

from digest.facts import Facts, Group, Period
from digest.facts_json import from_json, to_json
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from tests.rows import NIGHT, at, episode

MORNING = at("08:00")
SETTINGS = read_settings({"DATABASE_URL": "postgresql://u@h/d", "ALERT_EXCLUDE": 'namespace=~"dev-.*"'}).alerts
Fill = Callable[[psycopg.Connection[Any]], None]


def facts_of(url: str, fill: Fill) -> Facts:
    with connect(url) as conn:
        fill(conn)
        with conn.transaction():
            return read_facts(conn, Period(NIGHT, MORNING, MORNING, "UTC"), SETTINGS, "scheduled")


def group_of(url: str, fill: Fill) -> Group:
    (group,) = facts_of(url, fill).groups
    return group


def counts(group: Group) -> tuple[int, int, int, int, int]:
    """Occurrences, firing, stale, resolved, minutes of firing."""
    minutes = group.firing_seconds // 60
    return (group.total_occurrences, group.firing_count, group.stale_count, group.resolved_count, minutes)


def test_an_empty_night_has_no_groups_and_says_that_nothing_was_received(database: str) -> None:
    facts = facts_of(database, lambda _: None)
    assert (facts.groups, facts.totals.occurrences, facts.capture.received) == ((), 0, False)


def test_what_began_before_the_window_counts_once_and_only_its_time_inside(database: str) -> None:
    # 17:00 to 19:00: one hour of it lies in the window.
    assert counts(group_of(database, lambda conn: episode(conn, "Spans", "17:00", "19:00"))) == (1, 0, 0, 1, 60)


def test_four_episodes_of_a_series_are_flapping(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        for start, end in (("20:00", "20:10"), ("21:00", "21:10"), ("22:00", "22:10"), ("23:00", "23:10")):
            episode(conn, "Flaps", start, end)

    group = group_of(database, fill)
    assert (*counts(group), group.flapping_series) == (4, 0, 0, 1, 40, 1)


def test_what_still_fires_fires_until_the_cut_off(database: str) -> None:
    # 04:12 to 08:00 is 3 h 48 min.
    group = group_of(database, lambda conn: episode(conn, "Fires", "04:12", heard="07:50", severity="critical"))
    assert counts(group) == (1, 1, 0, 0, 228)
    assert (group.attention, group.last_seen) == ("firing", MORNING)


def test_without_news_for_thirteen_hours_it_is_stale_and_keeps_its_place(database: str) -> None:
    # Heard of at 18:30; the cut-off at 08:00 is 13.5 h later.
    group = group_of(database, lambda conn: episode(conn, "Stale", "18:10", heard="18:30"))
    assert counts(group) == (1, 0, 1, 0, 20)
    assert (group.attention, group.last_news) == ("stale", at("18:30"))


def test_a_lost_resolve_followed_by_a_new_start_is_two_episodes_of_which_one_fires(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Again", "20:00", heard="20:30")
        episode(conn, "Again", "22:00", heard="07:30")

    # The first is carried to the next start, 22:00, less a second: 120 minutes less a second, then 600 to 08:00.
    group = group_of(database, fill)
    assert counts(group)[:4] == (2, 1, 0, 0)
    assert group.firing_seconds == 720 * 60 - 1


def test_a_start_that_moved_earlier_is_one_episode(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Moved", "20:05", heard="20:06")
        episode(conn, "Moved", "20:00", heard="20:10")
        conn.execute(
            "UPDATE alerts SET status = 'resolved', ends_at = %s WHERE starts_at = %s", (at("21:00"), at("20:00"))
        )

    assert counts(group_of(database, fill))[:4] == (1, 0, 0, 1)


def test_what_ended_exactly_when_the_window_opened_is_not_in_it(database: str) -> None:
    assert facts_of(database, lambda conn: episode(conn, "Before", "17:00", "18:00")).groups == ()


def test_excluded_alerts_are_left_out_and_heartbeats_are_no_alerts(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Dev", "20:00", "20:10", namespace="dev-1")
        episode(conn, "NotDev", "20:00", "20:10", namespace="mydev-1")
        episode(conn, "Watchdog", "12:00", heard="07:55", severity="none")

    facts = facts_of(database, fill)
    assert [group.alertname for group in facts.groups] == ["NotDev"]
    assert [(beat.alertname, beat.alive) for beat in facts.heartbeats] == [("Watchdog", True)]


def test_groups_are_in_the_order_of_importance_and_unknown_severities_come_before_info(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        for severity in ("info", "strange", "warning", "page"):
            episode(conn, f"A-{severity}", "20:00", "20:10", severity=severity)
        episode(conn, "Still", "21:00", heard="07:59")

    facts = facts_of(database, fill)
    assert [group.alertname for group in facts.groups] == ["A-page", "Still", "A-warning", "A-strange", "A-info"]
    assert [group.attention for group in facts.groups] == ["cleared_critical", "firing", None, None, None]
    assert facts.totals.attention == 2


def test_resources_owner_and_links_are_taken_from_labels_and_annotations(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        for pod in "abcdefg":
            episode(conn, "Pods", "20:00", "20:10", pod=pod, team="shop", node="n1")

    group = group_of(database, fill)
    assert group.unique_pods_affected == 7
    assert [one.name for one in group.resources[0].top] == ["a", "b", "c", "d", "e"]
    assert (group.owner, group.common_labels) == ("shop", (("node", "n1"), ("team", "shop")))
    assert group.runbook_url == "https://runbooks.example/Pods"


def test_clusters_and_sources_stay_apart(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Same", "20:00", "20:10", cluster="eu")
        episode(conn, "Same", "20:00", "20:10", cluster="us")
        episode(conn, "Same", "20:00", "20:10", cluster="us", source="other")

    facts = facts_of(database, fill)
    assert [(group.source, group.cluster) for group in facts.groups] == [
        ("default", "eu"),
        ("default", "us"),
        ("other", "us"),
    ]
    assert [pattern.kind for pattern in facts.patterns] == []


def test_what_came_too_late_for_the_last_digest_is_told_as_late(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        evening = datetime(2026, 6, 30, 18, tzinfo=UTC)
        told = datetime(2026, 7, 1, 8, tzinfo=UTC)
        conn.execute(
            "INSERT INTO digests (kind, state, run_id, lease_until, period_start, period_end, cut_off)"
            " VALUES ('scheduled', 'sent', %s, %s, %s, %s, %s)",
            (uuid4(), told, evening, told, told),
        )
        episode(conn, "Late", "20:00", "20:10")
        conn.execute("UPDATE alerts SET starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'")

    facts = facts_of(database, fill)
    assert facts.groups == ()
    assert [(late.alertname, late.occurrences) for late in facts.late] == [("Late", 1)]


def test_facts_survive_json(database: str) -> None:
    facts = facts_of(database, lambda conn: episode(conn, "Fires", "04:12", pod="p", node="n"))
    assert from_json(to_json(facts)) == facts
