"""Bodies are read alert by alert; what cannot be read is set aside with a reason."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_payload_error(body: bytes) -> None:
    with suppress(PayloadError):
        assert parse(body, NOW, 9).truncated >= 0
