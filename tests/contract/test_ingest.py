"""What each body gets from the real process, and the rows that exist afterwards."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from tests.ingest_process import alert, ingest_process, wait_until, webhook

FIRING = alert("Crash", "2026-07-01T20:00:00Z", severity="critical", namespace="shop")
RESOLVED = alert("Crash", "2026-07-01T20:00:00Z", "2026-07-01T21:00:00Z", severity="critical", namespace="shop")


@pytest.fixture
def ingest(database: str) -> Iterator[str]:
    with ingest_process(database, MAX_ALERTS="10000", READ_TIMEOUT_SECONDS="1") as address:
        yield f"{address}/api/v1/alerts"


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        return conn.execute(sql).fetchall()


def alerts(url: str) -> list[tuple[Any, ...]]:
    return rows(url, "SELECT alertname, status, severity, namespace, deliveries FROM alerts ORDER BY alertname")


def quarantined(url: str) -> int:
    return int(rows(url, "SELECT count(*) FROM ingest_quarantine")[0][0])


def test_an_alert_is_a_row_before_the_answer_and_its_resolve_the_same_row(database: str, ingest: str) -> None:
    assert requests.post(ingest, json=webhook(FIRING), timeout=5).json() == {
        "new": 1, "merged": 0, "discarded": 0, "quarantined": 0,
    }  # fmt: skip
    assert alerts(database) == [("Crash", "firing", "critical", "shop", 1)]
    assert requests.post(ingest, json=webhook(RESOLVED), timeout=5).json()["merged"] == 1
    assert alerts(database) == [("Crash", "resolved", "critical", "shop", 2)]
    assert rows(database, "SELECT to_char(ends_at, 'HH24:MI') FROM alerts") == [("21:00",)]


def test_any_order_and_any_number_of_the_same_messages_give_the_same_row(database: str, ingest: str) -> None:
    other = RESOLVED | {"endsAt": "2026-07-01T21:30:00Z", "annotations": {"summary": "later"}}
    seen = set()
    for order in permutations([FIRING, RESOLVED, other]):
        for one in (*order, order[0]):
            assert requests.post(ingest, json=webhook(one), timeout=5).status_code == 200
        seen.add(rows(database, "SELECT status, to_char(ends_at, 'HH24:MI'), annotations::text FROM alerts")[0])
        with psycopg.connect(database) as conn:
            conn.execute("DELETE FROM alerts")
    assert seen == {("resolved", "21:30", '{"summary": "later"}')}


def test_the_same_episode_twice_in_one_body_is_one_row(database: str, ingest: str) -> None:
    assert requests.post(ingest, json=webhook(FIRING, RESOLVED), timeout=5).json()["new"] == 1
    assert alerts(database) == [("Crash", "resolved", "critical", "shop", 2)]


def test_twenty_thousand_equal_alerts_in_one_body_are_one_row(database: str) -> None:
    with ingest_process(database) as address:
        answer = requests.post(f"{address}/api/v1/alerts", json=webhook(*[FIRING] * 20_000), timeout=5)
    assert answer.json() == {"new": 1, "merged": 0, "discarded": 0, "quarantined": 0}
    assert alerts(database) == [("Crash", "firing", "critical", "shop", 1)]


@pytest.mark.parametrize(
    "bad",
    [
        {"labels": {"alertname": "Bad"}},
        {"labels": {"alertname": "Bad"}, "startsAt": "yesterday"},
        {"labels": {"alertname": "Bad"}, "startsAt": "2026-07-01T20:00:00"},
        {"labels": {}, "startsAt": "2026-07-01T20:00:00Z"},
        {"labels": {"alertname": {"deep": []}}, "startsAt": "2026-07-01T20:00:00Z"},
        {"labels": [], "startsAt": "2026-07-01T20:00:00Z"},
        {"startsAt": "2026-07-01T20:00:00Z"},
        "no alert",
        None,
        17,
    ],
)
def test_a_bad_alert_is_kept_raw_and_its_neighbour_is_stored(database: str, ingest: str, bad: object) -> None:
    answer = requests.post(ingest, json=webhook(FIRING) | {"alerts": [bad, FIRING]}, timeout=5)
    assert (answer.status_code, answer.json()["quarantined"]) == (200, 1)
    assert [row[0] for row in alerts(database)] == ["Crash"]
    raw = bytes(rows(database, "SELECT raw FROM ingest_quarantine")[0][0])
    assert json.loads(raw) == bad


def test_a_lone_surrogate_is_no_json_and_gets_400(database: str, ingest: str) -> None:
    body = json.dumps(webhook(alert("Lone\ud800", "2026-07-01T20:00:00Z")))
    assert requests.post(ingest, data=body, timeout=5).status_code == 400
    assert (alerts(database), quarantined(database)) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"17", b'"text"', b'{"alerts": {}}', b'{"alerts": null}', b"\xff\xfe{}",
        b'{"alerts": [], "receiver": []}', b"[" * 100_000, b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_webhook_gets_400_with_a_reason_and_is_kept(database: str, ingest: str, body: bytes) -> None:
    answer = requests.post(ingest, data=body, timeout=5)
    assert answer.status_code in {400, 413}
    assert answer.json()["error"]
    assert alerts(database) == []
    assert quarantined(database) == (answer.status_code == 400)


def test_nul_is_replaced_and_numbers_become_text(database: str, ingest: str) -> None:
    odd = FIRING | {"labels": {"alertname": "Nul\x00", "port": 8080, "on": True, "none": None}}
    assert requests.post(ingest, json=webhook(odd), timeout=5).json()["new"] == 1
    assert rows(database, "SELECT alertname, labels->>'port', labels->>'on', labels->>'none' FROM alerts") == [
        ("Nul\ufffd", "8080", "true", "")
    ]


def test_unknown_fields_old_versions_and_long_annotations_pass(database: str, ingest: str) -> None:
    long = FIRING | {"annotations": {"description": "é" * 50_000}, "values": None, "silenceURL": "http://x"}
    body = webhook(long) | {"version": "1", "orgId": 1, "title": "t", "routeLabels": {}}
    assert requests.post(ingest, json=body, timeout=5).status_code == 200
    assert rows(database, "SELECT length(annotations->>'description') FROM alerts") == [(50_000,)]


def test_a_bare_array_fires_until_its_end_has_passed(database: str, ingest: str) -> None:
    past = {"labels": {"alertname": "Past"}, "startsAt": "2026-07-01T20:00:00Z", "endsAt": "2026-07-01T21:00:00Z"}
    future = {"labels": {"alertname": "Future"}, "startsAt": "2026-07-01T20:00:00Z", "endsAt": "2096-07-01T21:00:00Z"}
    address = ingest.replace("v1", "v2")
    assert requests.post(address, json=[past, future], timeout=5).json()["new"] == 2
    assert [row[:2] for row in alerts(database)] == [("Future", "firing"), ("Past", "resolved")]


def test_ten_thousand_alerts_pass_and_one_more_is_refused_unread(database: str, ingest: str) -> None:
    storm = [alert("Storm", "2026-07-01T20:00:00Z", pod=f"pod-{number}") for number in range(10_000)]
    assert requests.post(ingest, json=webhook(*storm), timeout=60).json()["new"] == 10_000
    assert requests.post(ingest, json=webhook(*storm, FIRING), timeout=60).status_code == 413
    assert rows(database, "SELECT count(*) FROM alerts") == [(10_000,)]


def test_encodings_and_large_bodies_are_refused(database: str, ingest: str) -> None:
    packed = gzip.compress(json.dumps(webhook(FIRING)).encode())
    assert requests.post(ingest, data=packed, headers={"Content-Encoding": "gzip"}, timeout=5).status_code == 415
    assert requests.post(ingest, data=b" " * (33 << 20), timeout=30).status_code == 413
    assert alerts(database) == []


def test_a_sender_that_stops_half_way_is_not_waited_for(database: str, ingest: str) -> None:
    host, port = ingest.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert client.recv(100).startswith(b"HTTP/1.1 408")
    assert alerts(database) == []


def test_bodies_held_at_once_are_limited_and_what_was_held_is_given_back(database: str) -> None:
    with ingest_process(database, MAX_IN_FLIGHT_BYTES="2000") as address:
        url = f"{address}/api/v1/alerts"
        host, port = url.split("/")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            slow.sendall(b"POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 1999\r\n\r\n" + b" " * 1900)
            wait_until(lambda: requests.post(url, json=webhook(FIRING), timeout=5).status_code == 503)
            refused = requests.post(url, json=webhook(FIRING), timeout=5)
            assert refused.headers["Retry-After"] == "5"
        wait_until(lambda: requests.post(url, json=webhook(FIRING), timeout=5).status_code == 200)


def test_every_answer_is_json_with_a_reason(ingest: str) -> None:
    missing = requests.post(ingest.replace("alerts", "alarms"), json={}, timeout=5)
    wrong = requests.get(ingest, timeout=5)
    assert (missing.status_code, missing.json()) == (404, {"error": "no such path; POST to /api/v1/alerts"})
    assert (wrong.status_code, wrong.json()) == (405, {"error": "POST to this path"})
    assert "POST" in wrong.headers["Allow"]


def test_the_log_says_what_was_kept_and_what_was_refused_without_secrets(database: str, tmp_path: Path) -> None:
    file = tmp_path / "log"
    with ingest_process(database, log=file, AUTH_TOKENS="eu=s1") as address:
        url = f"{address}/api/v1/alerts"
        requests.post(url, json=webhook(FIRING), headers={"Authorization": "Bearer s1"}, timeout=5)
        requests.post(url, json=webhook(FIRING), headers={"Authorization": "Bearer wrong-one"}, timeout=5)
    text = file.read_text(encoding="utf-8")
    kept, refused = (json.loads(line) for line in text.splitlines())
    assert {"level": "info", "component": "ingest", "alert_count": 1, "status": 200}.items() <= kept.items()
    assert {"level": "warning", "status": 401}.items() <= refused.items()
    assert len(kept["trace_id"]) == 32
    assert "wrong-one" not in text


def test_tokens_name_sources_and_nothing_is_read_without_one(database: str) -> None:
    with ingest_process(database, AUTH_TOKENS="eu=s1,us=s2", AUTH_BASIC="am:s3") as address:
        url = f"{address}/api/v1/alerts"
        for headers in ({}, {"Authorization": "Bearer s4"}, {"Authorization": "Basic !!"}):
            assert requests.post(url, json=webhook(FIRING), headers=headers, timeout=5).status_code == 401
        assert requests.post(url, json=webhook(FIRING), headers={"Authorization": "Bearer s2"}, timeout=5).ok
        assert requests.post(url, json=webhook(FIRING), auth=("am", "s3"), timeout=5).ok
    assert rows(database, "SELECT source FROM alerts ORDER BY source") == [("default",), ("us",)]


def test_outside_a_window_new_episodes_can_be_dropped_but_never_news_of_a_stored_one(
    database: str, ingest: str
) -> None:
    requests.post(ingest, json=webhook(FIRING), timeout=5)
    hour = datetime.now(UTC) + timedelta(hours=2)  # the window of one hour lies ahead
    window: dict[str, Any] = {
        "CAPTURE_WINDOW_START": f"{hour:%H}:00",
        "CAPTURE_WINDOW_END": f"{hour:%H}:59",
        "CAPTURE_WINDOW_DAYS": "daily",
    }
    with psycopg.connect(database) as conn:
        conn.execute("DELETE FROM capture_windows")
    with ingest_process(database, CAPTURE_OUTSIDE_WINDOW="discard", **window) as address:
        new = alert("New", "2026-07-01T20:00:00Z")
        answer = requests.post(f"{address}/api/v1/alerts", json=webhook(RESOLVED, new), timeout=5).json()
    assert answer == {"new": 0, "merged": 1, "discarded": 1, "quarantined": 0}
    assert [row[:2] for row in alerts(database)] == [("Crash", "resolved")]


def test_a_database_that_is_away_gets_503_within_three_seconds() -> None:
    with ingest_process("postgresql://u@127.0.0.1:1/none", ready_path="/health") as address:
        answer = requests.post(f"{address}/api/v1/alerts", json=webhook(FIRING), timeout=5)
        assert (answer.status_code, answer.elapsed.total_seconds() < 3) == (503, True)
        assert requests.get(f"{address}/ready", timeout=5).status_code == 503
        away = requests.get(f"{address}/metrics", timeout=5)
        assert away.ok
        assert "alertgest_database_up 0.0" in away.text


def test_metrics_count_alerts_and_expose_the_digests_totals(database: str, ingest: str) -> None:
    with psycopg.connect(database) as conn:
        conn.execute('UPDATE metric_totals SET value = 3 WHERE labels = \'{"status": "sent"}\'')
        window = "INSERT INTO capture_windows (window_start, window_end, status) VALUES"
        conn.execute(f"{window} (now() - interval '9 days', now() - interval '8 days', 'completed')")
        conn.execute(f"{window} (now() - interval '7 days', now() - interval '6 days', 'digest_sent')")
    requests.post(ingest, json=webhook(FIRING) | {"truncatedAlerts": 4}, timeout=5)
    text = requests.get(ingest.replace("api/v1/alerts", "metrics"), timeout=5).text
    assert 'alertgest_alerts_received_total{alertname="Crash",severity="critical",status="firing"} 1.0' in text
    assert 'alertgest_alerts_stored_total{alertname="Crash",severity="critical"} 1.0' in text
    assert 'alertgest_webhooks_total{code="200"} 1.0' in text
    assert "alertgest_alerts_truncated_total 4.0" in text
    assert 'alertgest_teams_delivery_total{status="sent"} 3.0' in text
    assert "alertgest_database_up 1.0" in text
    assert "alertgest_windows_overdue 1.0" in text
    (size,) = re.findall(r"^alertgest_database_size_bytes (\S+)$", text, re.MULTILINE)
    with psycopg.connect(database) as conn:
        assert abs(float(size) - conn.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]) < 1e6
