"""What must hold for any bytes: read as a webhook, and told on a card."""

import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from digest.aggregate import aggregate
from digest.alert_settings import AlertSettings
from digest.card import check_card, render_card
from digest.facts import Facts, Period
from digest.html import render_html
from digest.redact import redact
from digest.rows import GroupRow, Key, Rows
from digest.settings import read_settings
from digest.text import render_text
from ingest.batch import Told, chunks
from ingest.payload import Episode, Message, PayloadError, parse

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)
MOST_ALERTS = 1000


def one(data: bytes) -> None:
    """Read bytes as a webhook, and where that works tell its first alerts."""
    with suppress(PayloadError):
        message = parse(data, NOW, MOST_ALERTS)
        check_message(data, message)
        if message.episodes:
            check_told(message.episodes[:3])


def check_message(data: bytes, message: Message) -> None:
    """Assert that every alert is an episode that PostgreSQL takes, or is set aside as it came."""
    with suppress(ValueError, RecursionError):  # the other reader is stricter with what a bad alert has inside
        told = json.loads(data.decode("latin-1"), strict=False)
        alerts = told if isinstance(told, list) else told["alerts"]
        assert len(message.episodes) + len(message.rejected) == len(alerts)
    assert 0 <= message.truncated < 1 << 63
    for text in (message.receiver, message.group_key, message.status):
        check_text(text)
    for episode in message.episodes:
        check_episode(episode)
    for rejected in message.rejected:
        assert rejected.raw in data
        check_text(rejected.reason)
    assert sum(len(chunk) for chunk in chunks([Told(message, "default", NOW)])) <= len(message.episodes)


def check_episode(episode: Episode) -> None:
    """Assert that PostgreSQL takes an episode: text without NUL, times in UTC that a timestamptz has."""
    assert 0 < len(episode.fingerprint) <= 128
    assert episode.labels
    texts = (*episode.labels.items(), *episode.annotations.items(), (episode.generator_url, episode.fingerprint))
    for text in (part for pair in texts for part in pair):
        check_text(text)
    for moment in (episode.starts_at, episode.ends_at):
        assert moment is None or (moment.utcoffset() == timedelta(0) and moment.year > 1)


def check_text(text: str) -> None:
    """Assert that text is UTF-8 without NUL."""
    assert "\0" not in text
    text.encode()


def check_told(episodes: tuple[Episode, ...]) -> None:
    """Assert that a night of the episodes' names is told within the rules of the card, and that no form is obeyed."""
    facts = redact(night([episode.labels | episode.annotations for episode in episodes]))
    card = render_card(facts, digest_id="d", possible_repeat=False).card
    assert check_card(card) == []
    for text in strings(card):
        assert not any(obeyed(char) for char in text), text
    assert not any(obeyed(char) for char in render_text(facts).replace("\n", ""))
    assert "<script" not in render_html(facts)


def night(all_labels: list[dict[str, str]]) -> Facts:
    """Return the facts of a night in which each of the sets of labels is a group."""
    start, end = NOW - timedelta(hours=4), NOW
    rows = tuple(
        GroupRow(Key("default", "", *(one.get(name, "") for name in ("alertname", "severity", "namespace"))),
                 1, 1, 1, 0, 1, start, end, None, start, 60)
        for one in all_labels
    )  # fmt: skip
    facts = aggregate(
        Rows(rows, (), (), (), (), (), True, 0, 0), Period(start, end, end, "UTC"), _settings(), "scheduled"
    )
    words = [" ".join(value for pair in one.items() for value in pair)[:2000] for one in all_labels]
    told = tuple(replace(group, summary=word, owner=word) for group, word in zip(facts.groups, words, strict=False))
    return replace(facts, groups=told)


def obeyed(char: str) -> bool:
    """Say whether a terminal or a viewer could obey a character."""
    return unicodedata.category(char) in {"Cc", "Cs"} or unicodedata.bidirectional(char) in {"RLO", "LRO", "RLI", "LRI"}


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - a tree of JSON
    """Yield every text in a tree of JSON."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def seeds() -> Iterator[bytes]:
    """Yield webhooks as senders post them, and odd ones."""
    fired = {
        "status": "firing", "labels": {"alertname": "DiskFull", "severity": "critical", "namespace": "shop"},
        "annotations": {"summary": "disk 97 % [x](https://x) <at>y</at>", "runbook_url": "https://x/y"},
        "startsAt": "2026-07-01T20:00:00.123456789Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph", "fingerprint": "0123456789abcdef",
    }  # fmt: skip
    cleared = fired | {"status": "resolved", "endsAt": "2026-07-01T21:00:00+02:00"}
    head = {"version": "4", "groupKey": "{}:{}", "status": "firing", "receiver": "alertgest", "truncatedAlerts": 3}
    yield json.dumps(head | {"alerts": [fired, cleared]}).encode()
    yield json.dumps({"version": "1", "orgId": 1, "alerts": [fired | {"values": None, "silenceURL": "x"}]}).encode()
    yield json.dumps([fired | {"endsAt": "2096-07-01T21:00:00Z"}]).encode()
    yield json.dumps(
        {"alerts": [{"labels": {"a": 1, "b": True, "c": None, "d": "\0"}, "startsAt": NOW.isoformat()}]}
    ).encode()
    yield b'{"alerts":[{},[],null,1,"x",{"labels":{"a":"b"}},{"labels":{"a":{}},"startsAt":"2026-07-01T20:00:00"}]}'


@cache
def _settings() -> AlertSettings:
    return read_settings({"DATABASE_URL": "postgresql://u@h/d"}).alerts
