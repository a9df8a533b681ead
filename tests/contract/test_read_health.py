"""The health of nights of which each figure was worked out by hand, and of random ones against sets of minutes."""

import json
import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from digest.facts import Facts, Period
from digest.facts_json import from_json, to_json
from digest.health.model import NEVER, Absence, Refusal, Span
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from tests.rows import NIGHT, at, episode

MORNING = at("08:00")
SETTINGS = read_settings({"DATABASE_URL": "postgresql://u@h/d"}).alerts
Connection = psycopg.Connection[Any]


def between(start: str, end: str) -> list[datetime]:
    """Return the minutes of a part of the night, the last one not among them."""
    count = int((at(end) - at(start)).total_seconds()) // 60
    return [at(start) + timedelta(minutes=minute) for minute in range(count)]


def lived(
    conn: Connection, minutes: Iterable[datetime], receiver: str = "pod-1", *, away: bool = False, **answers: int
) -> None:
    told = json.dumps({code.removeprefix("code"): number for code, number in answers.items()})
    rows = [(minute, receiver, told, away) for minute in minutes]
    conn.cursor().executemany("INSERT INTO receiver_minutes VALUES (%s, %s, %s, %s)", rows)


def beat(conn: Connection, minutes: Iterable[datetime], fingerprint: str) -> None:
    rows = [(fingerprint, minute) for minute in minutes]
    conn.cursor().executemany("INSERT INTO heartbeat_minutes VALUES ('default', %s, %s)", rows)


def watchdog(conn: Connection, minutes: list[datetime], cluster: str = "eu-1") -> None:
    """Keep a Watchdog that fires since before the night, and the minutes in which it was heard of."""
    episode(conn, "Watchdog", "12:00", heard=f"{minutes[-1]:%H:%M}", severity="none", cluster=cluster)
    row = conn.execute("SELECT fingerprint FROM alerts WHERE labels->>'cluster' = %s", (cluster,)).fetchone()
    assert row
    beat(conn, minutes, row[0])


def delivered(conn: Connection, moment: datetime, alerts: int = 1) -> None:
    conn.execute(
        "INSERT INTO webhook_deliveries (received_at, source, n_alerts) VALUES (%s, 'default', %s)", (moment, alerts)
    )


def facts_of(conn: Connection, end: datetime = MORNING) -> Facts:
    with conn.transaction():
        return read_facts(conn, Period(NIGHT, MORNING, end, "UTC"), SETTINGS, "scheduled")


def away(*spans: tuple[str, str]) -> Absence:
    told = tuple(Span(at(start), at(end)) for start, end in spans)
    return Absence(told, 0, int(sum((one.end - one.start).total_seconds() for one in told)))


def test_a_night_in_which_a_receiver_lived_each_minute(database: str) -> None:
    with connect(database) as conn:
        lived(conn, between("18:00", "08:00"))
        lived(conn, [at("08:00")], code200=99)
        lived(conn, between("02:00", "02:03"), "pod-2", code200=2, code401=1, code503=4, code400=5)
        delivered(conn, at("02:00"), 3)
        delivered(conn, at("02:02"), 4)
        delivered(conn, at("08:00"), 100)
        capture = facts_of(conn).capture
    assert (capture.webhooks, capture.alerts, capture.minutes_known) == (2, 7, 14 * 60)
    assert (capture.refused, capture.unavailable) == ((Refusal(400, 15), Refusal(401, 3)), 12)
    assert (capture.receiver_away, capture.database_away) == (NEVER, NEVER)


def test_minutes_in_which_no_receiver_lived_and_those_in_which_none_reached_the_database(database: str) -> None:
    with connect(database) as conn:
        lived(conn, between("18:00", "02:10"))
        lived(conn, between("02:05", "02:12"), "pod-2")
        lived(conn, between("02:25", "04:00"), "pod-3")
        lived(conn, between("04:00", "04:30"), "pod-3", away=True)
        lived(conn, between("04:20", "04:25"), "pod-4")
        lived(conn, between("04:30", "06:00"), "pod-3")
        lived(conn, between("06:01", "08:00"), "pod-5")
        capture = facts_of(conn).capture
    # pod-2 lived until 02:12, and reached the database from 04:20 to 04:25; one minute at 06:00 is a restart.
    assert capture.receiver_away == away(("02:12", "02:25"))
    assert capture.database_away == away(("04:00", "04:20"), ("04:25", "04:30"))


def test_who_took_a_webhook_lived_though_it_could_not_tell(database: str) -> None:
    with connect(database) as conn:
        lived(conn, between("18:00", "03:00"))
        delivered(conn, at("03:02") + timedelta(seconds=59))
        lived(conn, between("03:10", "08:00"))
        assert facts_of(conn).capture.receiver_away == away(("03:00", "03:02"), ("03:03", "03:10"))


def test_nothing_is_claimed_of_the_time_before_the_first_minute_nor_after_the_cut_off(database: str) -> None:
    with connect(database) as conn:
        assert facts_of(conn).capture.minutes_known == 0
        lived(conn, between("23:00", "01:00"))
        capture = facts_of(conn, end=at("01:00") + timedelta(seconds=50)).capture
        assert (capture.minutes_known, capture.receiver_away) == (120, NEVER)
        # Until the end of the period nobody has told anything more.
        assert facts_of(conn).capture.receiver_away == away(("01:00", "08:00"))


def test_a_receiver_that_never_came_back_since_before_the_night_is_away_for_all_of_it(database: str) -> None:
    with connect(database) as conn:
        lived(conn, between("12:00", "17:00"))
        capture = facts_of(conn).capture
    assert (capture.minutes_known, capture.receiver_away) == (840, away(("18:00", "08:00")))


def test_a_heartbeat_of_each_cluster_has_its_own_rhythm_and_its_own_gaps(database: str) -> None:
    with connect(database) as conn:
        silent = set(between("02:11", "03:05"))
        watchdog(conn, [one for one in between("17:00", "08:00")[::5] if one not in silent])
        watchdog(conn, between("12:00", "08:00")[::60], "us-1")
        steady, slow = facts_of(conn).heartbeats
    assert (steady.interval_seconds, steady.gaps) == (300, away(("02:10", "03:05")))
    assert (slow.interval_seconds, slow.gaps) == (3600, NEVER)


def test_replicas_of_a_heartbeat_are_one_while_any_of_them_beats(database: str) -> None:
    with connect(database) as conn:
        minutes = between("18:00", "08:00")[::5]
        watchdog(conn, [*minutes[:60], minutes[-1]])
        episode(conn, "Watchdog", "12:00", heard="07:55", severity="none", cluster="eu-1", replica="b")
        row = conn.execute("SELECT fingerprint FROM alerts WHERE labels->>'replica' = 'b'").fetchone()
        assert row
        beat(conn, minutes[60:], row[0])
        (heartbeat,) = facts_of(conn).heartbeats
    assert (heartbeat.interval_seconds, heartbeat.gaps) == (300, NEVER)


def test_a_heartbeat_that_was_last_heard_of_days_ago_is_away_from_the_begin_of_the_night(database: str) -> None:
    with connect(database) as conn:
        days_ago = [minute - timedelta(days=3) for minute in between("18:00", "19:00")[::5]]
        watchdog(conn, [*days_ago, *between("03:00", "08:00")[::5]])
        (heartbeat,) = facts_of(conn).heartbeats
    # Of the days before only the last message counts; 60 messages of this night tell what is usual.
    assert (heartbeat.interval_seconds, heartbeat.gaps) == (300, away(("18:00", "03:00")))


def test_a_heartbeat_of_which_no_minutes_were_kept_claims_nothing(database: str) -> None:
    with connect(database) as conn:
        episode(conn, "Watchdog", "12:00", heard="07:55", severity="none")
        (heartbeat,) = facts_of(conn).heartbeats
    assert (heartbeat.alive, heartbeat.interval_seconds, heartbeat.gaps) == (True, None, NEVER)


def test_the_health_survives_being_stored_and_that_of_an_old_digest_is_read_as_unknown(database: str) -> None:
    with connect(database) as conn:
        lived(conn, between("18:00", "02:00"), code401=1)
        watchdog(conn, between("18:00", "04:00")[::5])
        facts = facts_of(conn)
    stored = to_json(facts)
    assert facts.capture.receiver_away == away(("02:00", "08:00"))
    assert from_json(json.loads(json.dumps(stored))) == facts
    stored["capture"] = {"received": True, "truncated_alerts": 0, "quarantined": 0}
    for one in stored["heartbeats"]:
        del one["interval_seconds"], one["gaps"]
    old = from_json(stored)
    assert (old.capture.webhooks, old.capture.minutes_known, old.capture.receiver_away) == (None, 0, NEVER)
    assert (old.heartbeats[0].interval_seconds, old.heartbeats[0].gaps) == (None, NEVER)


@pytest.mark.parametrize("seed", range(4))
def test_random_lives_of_three_receivers_against_sets_of_minutes(database: str, seed: int) -> None:
    chance = random.Random(seed)
    night = between("18:00", "08:00")
    alive, reached = set[int](), set[int]()
    with connect(database) as conn:
        for receiver in ("a", "b", "c"):
            begin = 0
            while begin < len(night):
                end = begin + chance.randint(1, 60)
                gone = chance.random() < 0.4
                lived(conn, night[begin:end], receiver, away=gone)
                alive |= set(range(begin, min(end, len(night))))
                reached |= set() if gone else set(range(begin, min(end, len(night))))
                begin = end + chance.randint(0, 90)
        capture = facts_of(conn).capture
    known = set(range(min(alive), len(night)))
    assert capture.minutes_known == len(known)
    for found, missing in ((capture.receiver_away, known - alive), (capture.database_away, alive - reached)):
        runs = [run for run in _runs(sorted(missing)) if len(run) >= 2]
        assert found.seconds == 60 * sum(map(len, runs))
        assert len(found.spans) + found.more == len(runs)
        lengths = sorted((len(run) for run in runs), reverse=True)[:3]
        assert sorted(((one.end - one.start).total_seconds() // 60 for one in found.spans), reverse=True) == lengths


def _runs(minutes: list[int]) -> list[list[int]]:
    result: list[list[int]] = []
    for minute in minutes:
        if result and result[-1][-1] == minute - 1:
            result[-1].append(minute)
        else:
            result.append([minute])
    return result
