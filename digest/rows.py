"""What the queries return for a period, before anything is decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from digest.confirm.model import Added, Confirmation, Suppression
from digest.episode import EpisodeState


class Key(NamedTuple):
    """What makes a group."""

    source: str
    cluster: str
    alertname: str
    severity: str
    namespace: str


@dataclass(frozen=True)
class GroupRow:
    """The counts and times of a group."""

    key: Key
    series: int
    occurrences: int
    firing: int
    stale: int
    flapping: int
    first_seen: datetime
    last_seen: datetime
    last_news: datetime | None
    firing_since: datetime | None
    firing_seconds: int


@dataclass(frozen=True)
class LabelRow:
    """A value of a label in a group: how many series have it, how many of those fire, how many values there are."""

    key: Key
    label: str
    value: str
    series: int
    firing: int
    different: int


@dataclass(frozen=True)
class SampleRow:
    """Annotations and link of the firing or else latest episode of a group."""

    key: Key
    annotations: dict[str, str]
    generator_url: str


@dataclass(frozen=True)
class BurstRow:
    """The most episodes of a group that began within five minutes, and when the first of those did."""

    key: Key
    began: datetime
    starts: int


@dataclass(frozen=True)
class SpanRow:
    """A time in which at least one series of a group fired, inside the period; ``merged`` breaks in it are not told."""

    key: Key
    start: datetime
    end: datetime
    merged: int


@dataclass(frozen=True)
class EpisodeRow:
    """One occurrence of a series, with all labels of the series; ``end`` is None while it fires."""

    key: Key
    start: datetime
    end: datetime | None
    state: EpisodeState
    labels: dict[str, str]


@dataclass(frozen=True)
class HeartbeatRow:
    """An alert that proves capture: when it was last told as firing, and whether it still counts as firing."""

    source: str
    cluster: str
    alertname: str
    last_news: datetime | None
    alive: bool
    minutes: tuple[int, ...] = ()
    """In which minutes it was told as firing, also before the period; numbers since 1970."""


@dataclass(frozen=True)
class LateRow:
    """An episode that came too late for the digest of its period."""

    id: UUID
    key: Key
    starts_at: datetime
    until: datetime


@dataclass(frozen=True)
class Correction:
    """What the sources say of a group, in numbers of series; ``added`` counts episodes."""

    suppressed: int = 0
    suppressions: tuple[Suppression, ...] = ()
    unconfirmed: int = 0
    closed: int = 0
    added: tuple[Added, ...] = ()


@dataclass(frozen=True)
class HealthRow:
    """What the receivers told of themselves; minutes are numbers since 1970, ranges of them half open."""

    known: int | None = None
    """The first minute of all that any receiver told."""
    alive: tuple[tuple[int, int], ...] = ()
    database_away: tuple[tuple[int, int], ...] = ()
    answers: tuple[tuple[int, int], ...] = ()
    """Status codes and how many webhooks got them."""
    webhooks: int | None = None
    alerts: int | None = None
    """How many webhooks were taken, and how many alerts were in them, repeats and all; None where nobody was asked."""


NOTHING_TOLD = HealthRow()
"""What there is of a night that no receiver captured."""


@dataclass(frozen=True)
class Rows:
    """All of it."""

    groups: tuple[GroupRow, ...]
    labels: tuple[LabelRow, ...]
    samples: tuple[SampleRow, ...]
    bursts: tuple[BurstRow, ...]
    heartbeats: tuple[HeartbeatRow, ...]
    late: tuple[LateRow, ...]
    received: bool
    truncated: int
    quarantined: int
    confirmation: Confirmation | None = None
    corrections: Mapping[Key, Correction] = field(default_factory=dict)
    health: HealthRow = NOTHING_TOLD
    spans: tuple[SpanRow, ...] = ()
    """In the order of time, of the groups that ``digest.detail`` chooses."""
    episodes: tuple[EpisodeRow, ...] = ()
    """The newest of the groups that ``digest.detail`` chooses, the newest first."""
