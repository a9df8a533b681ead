"""The facts of nights of which each number was worked out by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from digest.alert_settings import AlertSettings
from digest.facts import Facts, Group, Period
from digest.facts_json import from_json, to_json
from digest.read import read_facts, record_alerts
from digest.settings import read_settings
from store.connect import connect
from store.matchers import parse_matchers
from tests.rows import NIGHT, at, episode

MORNING = at("08:00")
SETTINGS = read_settings({"DATABASE_URL": "postgresql://u@h/d", "ALERT_EXCLUDE": 'namespace=~"dev-.*"'}).alerts
Fill = Callable[[psycopg.Connection[Any]], None]


def facts_of(url: str, fill: Fill, settings: AlertSettings = SETTINGS) -> Facts:
    with connect(url) as conn:
        fill(conn)
        with conn.transaction():
            return read_facts(conn, Period(NIGHT, MORNING, MORNING, "UTC"), settings, "scheduled")


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


def told_before(conn: psycopg.Connection[Any], nights_ago: int) -> None:
    """Record that the digest of an earlier night was sent, at 08:00 of its morning."""
    end = datetime(2026, 7, 2, 8, tzinfo=UTC) - timedelta(days=nights_ago)
    conn.execute(
        "INSERT INTO digests (kind, state, run_id, lease_until, period_start, period_end, cut_off)"
        " VALUES ('scheduled', 'sent', %s, %s, %s, %s, %s)",
        (uuid4(), end, end - timedelta(hours=14), end, end),
    )


def move_back(conn: psycopg.Connection[Any], nights: int) -> None:
    """Let every episode have happened so many nights earlier; when it was received stays."""
    conn.execute(
        "UPDATE alerts SET starts_at = starts_at - %(days)s, ends_at = ends_at - %(days)s",
        {"days": timedelta(days=nights)},
    )


def test_what_came_too_late_for_the_last_digest_is_told_as_late(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        told_before(conn, 1)
        episode(conn, "Late", "20:00", "20:10")
        move_back(conn, 1)

    facts = facts_of(database, fill)
    assert facts.groups == ()
    assert [(late.alertname, late.occurrences) for late in facts.late] == [("Late", 1)]


def test_what_belongs_to_the_night_before_the_last_is_late_too(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        told_before(conn, 2)
        told_before(conn, 1)
        episode(conn, "Late", "20:00", "20:10")
        move_back(conn, 2)

    assert [late.alertname for late in facts_of(database, fill).late] == ["Late"]


def test_late_is_what_no_digest_told_whenever_it_says_that_it_was_received(database: str) -> None:
    # Received a moment before the cut-off, committed after it: the digest of its night did not see it.
    def fill(conn: psycopg.Connection[Any]) -> None:
        told_before(conn, 1)
        episode(conn, "Late", "20:00", "20:10")
        episode(conn, "Told", "21:00", "21:10")
        move_back(conn, 1)
        conn.execute("UPDATE alerts SET received_at = starts_at, last_received_at = starts_at")
        conn.execute(
            "INSERT INTO digest_alerts SELECT d.id, a.id, 'resolved' FROM digests d, alerts a"
            " WHERE a.alertname = 'Told'"
        )

    assert [late.alertname for late in facts_of(database, fill).late] == ["Late"]


def test_what_fell_between_two_windows_is_not_late(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        told_before(conn, 1)
        episode(conn, "AtNoon", "12:00", "12:10")  # on the day between the two nights

    assert facts_of(database, fill).late == ()


def test_what_a_digest_tells_stays_free_for_the_receiver_while_it_is_recorded(database: str) -> None:
    with connect(database) as conn, connect(database) as ingest:
        for name in ("Cleared", "Watchdog"):
            episode(conn, name, "20:00", "20:10")
        with conn.transaction():
            read_facts(conn, Period(NIGHT, MORNING, MORNING, "UTC"), SETTINGS, "scheduled")
            record_alerts(conn, uuid4())
            told = conn.execute("SELECT count(*) FROM digest_alerts").fetchone()
            free = ingest.execute("SELECT id FROM alerts FOR UPDATE SKIP LOCKED").fetchall()
    assert (told, len(free)) == ((2,), 2)


def test_the_labels_of_each_series_are_those_of_its_latest_episode(database: str) -> None:
    # Both are one series, whose fingerprint leaves the version out.
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Moves", "20:00", "20:10", version="1", node="a")
        episode(conn, "Moves", "21:00", "21:10", version="2", node="b")
        conn.execute("UPDATE alerts SET fingerprint = 'f'")

    group = group_of(database, fill)
    assert dict(group.common_labels) == {"version": "2", "node": "b"}
    assert [(kind.label, kind.total, kind.top[0].name) for kind in group.resources] == [("node", 1, "b")]


def test_of_the_objects_of_a_group_those_that_fire_come_first_then_those_of_most_series(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        for number in range(3):
            episode(conn, "Full", "20:00", "20:10", node="many", disk=str(number))
        for node in ("f", "e", "d", "c", "b", "a"):
            episode(conn, "Full", "20:00", "20:10", node=node)
        episode(conn, "Full", "20:00", heard="07:50", node="z")

    (nodes,) = group_of(database, fill).resources
    assert (nodes.label, nodes.total) == ("node", 8)
    assert [(one.name, one.series, one.firing) for one in nodes.top] == [
        ("z", 1, 1), ("many", 3, 0), ("a", 1, 0), ("b", 1, 0), ("c", 1, 0)
    ]  # fmt: skip


def test_excluded_alerts_and_heartbeats_are_never_late(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        told_before(conn, 1)
        episode(conn, "Dev", "20:00", "20:10", namespace="dev-1")
        episode(conn, "Watchdog", "20:00", "20:10")
        move_back(conn, 1)

    assert facts_of(database, fill).late == ()


@pytest.mark.parametrize("pattern", ["(?i:DEV-.*)", "(?P<kind>dev)-.*", r"dev-\d", "dev-(?=1)1"])
def test_a_regular_expression_means_what_the_settings_accepted(database: str, pattern: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Dev", "20:00", "20:10", namespace="dev-1")
        episode(conn, "NotDev", "20:00", "20:10", namespace="prod")

    given = {"DATABASE_URL": database, "ALERT_EXCLUDE": f"namespace=~{json.dumps(pattern)}"}
    facts = facts_of(database, fill, read_settings(given).alerts)
    assert [group.alertname for group in facts.groups] == ["NotDev"]


def test_without_any_matcher_nothing_is_set_aside(database: str) -> None:
    settings = replace(SETTINGS, exclude=(), heartbeats=())
    facts = facts_of(database, lambda conn: episode(conn, "Watchdog", "20:00", "20:10"), settings)
    assert [group.alertname for group in facts.groups] == ["Watchdog"]


def test_a_heartbeat_is_known_until_it_was_last_heard_of(database: str) -> None:
    facts = facts_of(database, lambda conn: episode(conn, "Watchdog", "12:00", heard="07:55"))
    assert [(beat.last_news, beat.alive) for beat in facts.heartbeats] == [(at("07:55"), True)]


def test_one_series_that_looks_like_a_heartbeat_takes_no_other_with_it(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Probe", "20:00", heard="07:55", purpose="heartbeat")
        episode(conn, "Probe", "20:00", heard="07:55")

    settings = replace(SETTINGS, heartbeats=parse_matchers("purpose=heartbeat"))
    facts = facts_of(database, fill, settings)
    assert [(group.alertname, group.series_count) for group in facts.groups] == [("Probe", 1)]
    assert [beat.alertname for beat in facts.heartbeats] == ["Probe"]


def test_what_fires_again_fires_since_its_last_start(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Flaps", "20:00", "20:10")
        episode(conn, "Flaps", "04:12", heard="07:50")

    group = group_of(database, fill)
    assert (group.first_seen, group.firing_since) == (at("20:00"), at("04:12"))


def test_a_storm_is_found_wherever_in_the_night_it_is(database: str) -> None:
    # One pod early, then thirty within five minutes at 02:30 and one six minutes later.
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "NotReady", "18:30", "18:40", pod="early")
        for number in range(30):
            episode(conn, "NotReady", f"02:{30 + number % 6}", "02:50", pod=f"p{number}")
        episode(conn, "NotReady", "02:36", "02:50", pod="late")

    (storm,) = facts_of(database, fill).patterns
    assert (storm.kind, storm.count, storm.start) == ("storm", 30, at("02:30"))


def test_seconds_of_firing_are_cut_and_not_rounded(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Short", "20:00", "20:01")
        conn.execute("UPDATE alerts SET ends_at = ends_at + interval '0.7 seconds'")

    assert group_of(database, fill).firing_seconds == 60


def test_an_alert_that_was_heard_of_proves_capture_without_any_record_of_its_delivery(database: str) -> None:
    assert facts_of(database, lambda conn: episode(conn, "Heard", "20:00", "20:10")).capture.received
    assert facts_of(database, lambda conn: episode(conn, "Watchdog", "20:00", heard="20:10")).capture.received


def test_facts_survive_json(database: str) -> None:
    facts = facts_of(database, lambda conn: episode(conn, "Fires", "04:12", pod="p", node="n"))
    assert from_json(to_json(facts)) == facts
