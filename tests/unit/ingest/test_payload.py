"""Bodies are read alert by alert; what cannot be read is set aside with a reason."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.keep import CHUNK, chunks
from ingest.payload import Episode, PayloadError, TooManyAlertsError, parse
from store.fingerprint import fingerprint

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)
START = "2026-07-01T20:00:00Z"


def read(**alert: object) -> Episode:
    (episode,) = parse(
        json.dumps({"alerts": [{"labels": {"a": "b"}, "startsAt": START} | alert]}).encode(), NOW, 9
    ).episodes
    return episode


def test_the_year_one_is_no_end_in_any_zone() -> None:
    assert read(endsAt="0001-01-01T00:00:00Z").ends_at is None
    assert read(endsAt="0001-01-01T00:00:00+14:00").ends_at is None


def test_times_with_nanoseconds_and_offsets_are_utc_microseconds() -> None:
    assert read(startsAt="2026-07-01T22:00:00.123456499+02:00").starts_at == datetime(
        2026, 7, 1, 20, 0, 0, 123456, tzinfo=UTC
    )


def test_a_resolve_without_an_end_ends_now() -> None:
    assert read(status="resolved").ends_at == NOW


def test_a_firing_alert_with_a_future_end_fires() -> None:
    assert read(endsAt="2026-07-01T22:05:00Z").ends_at is None
    assert read(status="firing", endsAt="2026-07-01T21:00:00Z").ends_at is None


def test_the_given_fingerprint_is_trusted_and_a_missing_one_computed() -> None:
    assert read(fingerprint="abc").fingerprint == "abc"
    assert read().fingerprint == fingerprint({"a": "b"})


def test_the_fingerprint_of_no_labels_is_the_offset_of_fnv() -> None:
    # The offset basis of FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    assert fingerprint({}) == "cbf29ce484222325"


def test_a_million_empty_alerts_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(TooManyAlertsError):
        parse(b'{"alerts":[' + b"{}," * 999_999 + b"{}]}", NOW, 20_000)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=40))
def test_chunks_keep_every_episode_in_order_and_no_key_twice(keys: list[tuple[str, int]]) -> None:
    episodes = [
        Episode(name, {}, {"n": str(n)}, NOW.replace(hour=hour), None, "") for n, (name, hour) in enumerate(keys)
    ]
    parts = list(chunks(episodes))
    assert sorted(e.annotations["n"] for part in parts for e in part) == sorted(e.annotations["n"] for e in episodes)
    for part in parts:
        assert len({(e.fingerprint, e.starts_at) for e in part}) == len(part) <= CHUNK


def test_equal_episodes_are_told_once() -> None:
    one = Episode("a", {}, {}, NOW, None, "")
    assert list(chunks([one, one, one])) == [[one]]


def test_different_tellings_of_one_episode_come_one_after_the_other() -> None:
    one, two = (Episode("a", {}, {"n": n}, NOW, None, "") for n in "12")
    other = Episode("b", {}, {}, NOW, None, "")
    assert list(chunks([one, two, other])) == [[one, other], [two]]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_payload_error(body: bytes) -> None:
    with suppress(PayloadError):
        assert parse(body, NOW, 9).truncated >= 0
