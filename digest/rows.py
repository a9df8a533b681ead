"""What the queries return for a period, before anything is decided about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


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
    """When the first series of a group began, and how many began within five minutes of it."""

    key: Key
    first_start: datetime
    early: int


@dataclass(frozen=True)
class LateRow:
    """An episode that came too late for the digest of its period."""

    id: UUID
    key: Key
    starts_at: datetime
    until: datetime


@dataclass(frozen=True)
class Rows:
    """All of it."""

    groups: tuple[GroupRow, ...]
    labels: tuple[LabelRow, ...]
    samples: tuple[SampleRow, ...]
    bursts: tuple[BurstRow, ...]
    late: tuple[LateRow, ...]
    received: bool
    truncated: int
    quarantined: int
