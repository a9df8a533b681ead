"""What a sender has to say: a seeded mixture of new alerts, re-sends, resolves, copies and nonsense; pure."""

import json
from collections import deque
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bench.soak.model import REOPENED_AFTER, Telling, Webhook

SIZES = {1: 70, 10: 20, 50: 8, 500: 2}
"""Alerts of a webhook, and how many of a hundred webhooks have that many."""
_KINDS = {"new": 30, "again": 25, "resolved": 25, "mixed": 8, "copy": 6, "reopened": 3, "unreadable": 3}
_INVALID = 0.05
_MOST_FIRING, _KEPT_COPIES, _KEPT_ENDED = 1_500, 40, 400
_UNREADABLE = (
    b'{"alerts": [{"key": "%s',
    b'{"alerts": {}, "key": "%s"}',
    b'\xff"%s"',
    b'"%s"',
    b'{"key": "%s", "alerts": null}',
)
_BAD: tuple[dict[str, Any], ...] = ({"startsAt": "yesterday"}, {}, {"startsAt": "2026-07-01T20:00:00"}, {"startsAt": 7})


class Author:
    """Writes the webhooks of one sender, the same for the same seed but for the times."""

    def __init__(self, name: str, seed: int) -> None:
        """Begin with nothing that fires; ``name`` keeps its series apart from those of other senders."""
        self._name, self._chance, self._number, self._series = name, Random(f"{seed} {name}"), 0, 0
        self._firing: list[Telling] = []
        self._ended: deque[Telling] = deque(maxlen=_KEPT_ENDED)
        self._copies: deque[Webhook] = deque(maxlen=_KEPT_COPIES)

    def write(self, now: datetime) -> Webhook:
        """Return the next webhook, as of an aware time."""
        self._number += 1
        kind = self._pick(_KINDS)
        if len(self._firing) > _MOST_FIRING:
            kind = "resolved"
        if kind == "unreadable":
            body = self._chance.choice(_UNREADABLE) % self._key().encode()
            return Webhook(self._key(), body, invalid=1)
        if kind == "copy" and self._copies:
            return self._chance.choice(self._copies)
        return self._written(self._tellings(kind, now))

    def _tellings(self, kind: str, now: datetime) -> list[Telling]:
        size = self._pick(SIZES)
        if kind == "reopened" and self._ended and self._ended[0].ends_at:
            old = [one for one in self._ended if one.ends_at and now - one.ends_at > 1.2 * REOPENED_AFTER][:size]
            if old:
                return [Telling(one.fingerprint, one.starts_at, None) for one in old]
        if kind == "again" and self._firing:
            return self._some(size)
        if kind == "resolved" and self._firing:
            return self._resolved(size, now)
        if kind == "mixed" and self._firing:
            ended = self._resolved(size // 2, now)
            return ended + self._new(size - len(ended), now)
        return self._new(size, now)

    def _new(self, size: int, now: datetime) -> list[Telling]:
        """Start episodes: mostly of new series, some of one that has ended."""
        started = [Telling(self._fingerprint(), now - timedelta(milliseconds=one), None) for one in range(size)]
        self._firing += started
        return started

    def _fingerprint(self) -> str:
        if self._ended and self._chance.random() < 0.3:  # noqa: PLR2004 - a share
            return self._chance.choice(self._ended).fingerprint
        self._series += 1
        return f"{self._name}{self._series:012x}"

    def _some(self, size: int) -> list[Telling]:
        return self._chance.sample(self._firing, min(size, len(self._firing)))

    def _resolved(self, size: int, now: datetime) -> list[Telling]:
        chosen = set(self._some(max(size, 1)))
        self._firing = [one for one in self._firing if one not in chosen]
        resolved = [Telling(one.fingerprint, one.starts_at, now) for one in sorted(chosen, key=_order)]
        self._ended += resolved
        return resolved

    def _written(self, tellings: list[Telling]) -> Webhook:
        alerts = [_alert(one) for one in tellings]
        bad = self._chance.randint(1, 3) if self._chance.random() < _INVALID else 0
        alerts += [{"labels": {"alertname": "Bad", "key": self._key()}} | self._chance.choice(_BAD) for _ in range(bad)]
        self._chance.shuffle(alerts)
        head = {"version": "4", "receiver": "soak", "groupKey": self._key(), "status": "firing", "truncatedAlerts": 0}
        webhook = Webhook(self._key(), json.dumps(head | {"alerts": alerts}).encode(), tuple(tellings), bad)
        self._copies.append(webhook)
        return webhook

    def _key(self) -> str:
        return f"soak-{self._name}-{self._number}"

    def _pick(self, weights: dict[Any, int]) -> Any:  # noqa: ANN401 - what the weights are of
        return self._chance.choices(list(weights), list(weights.values()))[0]


def _order(telling: Telling) -> tuple[str, datetime]:
    return telling.fingerprint, telling.starts_at


def _alert(telling: Telling) -> dict[str, Any]:
    series = int(telling.fingerprint[-6:], 16)
    return {
        "status": "resolved" if telling.ends_at else "firing",
        "labels": {
            "alertname": f"Soak{series % 40}",
            "severity": ("critical", "warning", "info")[series % 3],
            "namespace": f"namespace-{series % 12}",
            "pod": f"pod-{telling.fingerprint}",
        },
        "annotations": {"summary": f"pod {series} fails", "description": "x" * 300},
        "startsAt": telling.starts_at.isoformat(),
        "endsAt": telling.ends_at.isoformat() if telling.ends_at else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": telling.fingerprint,
    }
