"""Which alerts of a message beat."""

from datetime import UTC, datetime

from ingest.heartbeats import MOST_HEARTBEATS, beats
from ingest.payload import Episode
from store.matchers import parse_matchers
from store.settings import HEARTBEAT_ALERTS

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)
USUAL = parse_matchers(HEARTBEAT_ALERTS.default or "")


def episode(fingerprint: str, name: str, ends_at: datetime | None = None) -> Episode:
    return Episode(fingerprint, {"alertname": name}, {}, NOW, ends_at, "")


def test_what_matches_and_fires_beats_once_and_in_order() -> None:
    told = [episode("f2", "Watchdog"), episode("f1", "DeadMansSwitch"), episode("f2", "Watchdog")]
    assert beats([*told, episode("f0", "Watchdogs"), episode("f3", "Crash")], USUAL) == ["f1", "f2"]


def test_a_heartbeat_that_has_cleared_beats_no_more() -> None:
    assert beats([episode("f1", "Watchdog", NOW)], USUAL) == []


def test_a_message_full_of_heartbeats_is_bounded() -> None:
    many = [episode(f"{number:05}", "Watchdog") for number in range(500)]
    assert beats(many, USUAL) == [f"{number:05}" for number in range(MOST_HEARTBEATS)]
