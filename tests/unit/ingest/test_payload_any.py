"""Whatever bytes come, each alert in them is an episode that PostgreSQL takes, or is set aside as it came."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.payload import PayloadError, parse
from tests.fuzz import target

SEEDS = list(target.seeds())
any_text = st.text(max_size=20)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
moments = st.datetimes(timezones=st.timezones()).map(datetime.isoformat) | st.sampled_from(
    [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999-12:00",
        "2026-06-30T23:59:60Z",
        "2026-02-30T00:00:00Z",
        "now",
    ]
)
alerts = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(any_text, any_json, max_size=4) | any_json,
        "annotations": st.dictionaries(any_text, any_json, max_size=3) | any_json,
        "startsAt": moments | any_json,
        "endsAt": moments | any_json,
        "status": st.sampled_from(["firing", "resolved", "", "odd"]) | any_json,
        "generatorURL": any_text | any_json,
        "fingerprint": any_text | any_json,
    },
)


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_a_seed_is_told(seed: bytes) -> None:
    target.one(seed)


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    target.one(data)


@given(any_json.map(json.dumps))
def test_any_json(text: str) -> None:
    target.one(text.encode())


@given(st.sampled_from(SEEDS), st.data())
def test_any_bytes_in_the_place_of_some_of_a_webhook(seed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(start + 40, len(seed))))
    target.one(seed[:start] + data.draw(st.binary(max_size=20)) + seed[end:])


@given(st.lists(alerts | any_json, max_size=5), any_json)
def test_any_alerts_are_all_kept_or_set_aside(some: list[Any], other: object) -> None:
    body = json.dumps({"alerts": some, "routeLabels": other}).encode()
    message = parse(body, datetime(2026, 7, 1, 22, tzinfo=UTC), 1000)
    assert len(message.episodes) + len(message.rejected) == len(some)
    target.check_message(body, message)


@given(any_json, any_json)
def test_a_head_of_any_json_is_read_or_refused_with_a_reason(status: object, truncated: object) -> None:
    body = json.dumps({"alerts": [], "status": status, "truncatedAlerts": truncated}).encode()
    refused = ""
    try:
        target.check_message(body, parse(body, target.NOW, 9))
    except PayloadError as error:
        refused = str(error)
    readable = isinstance(status, str | None) and isinstance(truncated, int | None) and not isinstance(truncated, bool)
    assert bool(refused) == (not readable)
