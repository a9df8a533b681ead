"""What the sources say, and what it changes; times are aware UTC times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from digest.confirm.routing import Route
from store.matchers import MatcherSet

SuppressionKind = Literal["silenced", "inhibited", "muted"]
AddedReason = Literal["suppressed", "receiver_away", "short", "not_told"]
SourceState = Literal["not_asked", "failed", "partly", "answered"]
EpisodeState = Literal["firing", "stale", "superseded", "resolved"]
"""``superseded``: its resolve was lost, and a later episode of its series is known."""


@dataclass(frozen=True)
class Suppression:
    """Why Alertmanager tells nobody of alerts that fire."""

    kind: SuppressionKind
    by: str
    """Who made the silence, which alert inhibits, or which time interval mutes."""
    reason: str
    """The comment of the silence; else empty."""
    until: datetime | None
    """When the silence ends; None for the other kinds."""
    series: int
    """How many series of the group it holds back."""


@dataclass(frozen=True)
class Added:
    """Episodes that a source told and no webhook did."""

    reason: AddedReason
    """``suppressed``: silenced or inhibited all the time; ``receiver_away``: it overlaps a time without a receiver;
    ``short``: it lasted less than five minutes; ``not_told``: none of these."""
    episodes: int


@dataclass(frozen=True)
class Confirmation:
    """Which sources were asked, and what they changed; without Prometheus, counts are lower bounds."""

    alertmanager: SourceState
    """``partly`` where some of several addresses did not answer."""
    prometheus: SourceState
    problems: tuple[str, ...]
    """One sentence for each source that failed."""
    resolution_seconds: int | None
    """The shortest interval at which Prometheus evaluates alerting rules; None where it was not asked."""
    webhooks: bool = True
    """False where the facts come from the sources alone."""
    unrouted: tuple[str, ...] = ()
    """Alerts by name that fired and that Alertmanager sends to other receivers only; they are not told."""
    evaluated_until: datetime | None = None
    """When Prometheus evaluated last, where that is more than five minutes ago; None where it is not."""


@dataclass(frozen=True)
class Living:
    """An alert that Alertmanager has now."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    generator_url: str
    starts_at: datetime
    suppressions: tuple[Suppression, ...]
    receivers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Silence:
    """A silence, also one that has ended; its matchers, and from when to when."""

    matchers: MatcherSet
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AlertmanagerSeen:
    """What one or several Alertmanagers know."""

    asked_at: datetime
    living: tuple[Living, ...]
    silences: tuple[Silence, ...]
    complete: bool
    """Whether all of them answered and have been up for long enough: only then what is absent has cleared."""
    routes: Route | None = None
    """To whom it sends what, as far as it tells."""


@dataclass(frozen=True)
class Stretch:
    """A time without a break in which a series fired: ``start <= t < end``, the evaluations that said so."""

    start: datetime
    end: datetime
    """The evaluation after the last that said so; the time asked for where it still fired then."""
    firing: bool
    """Whether it still fired at the end of what was asked."""
    cut: bool = False
    """Whether it began where the time that was asked for did: it may have fired before."""


@dataclass(frozen=True)
class FiringSeries:
    """A series of ALERTS: its labels without those of ALERTS itself, and when it fired."""

    labels: Mapping[str, str]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Rule:
    """An alerting rule as Prometheus has it."""

    interval: float
    """Seconds between evaluations."""
    duration: float
    """Seconds of its ``for``."""
    annotations: Mapping[str, str]
    """Those that are no templates."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The rule's own labels, those that are no templates."""


@dataclass(frozen=True)
class PrometheusSeen:
    """What Prometheus knows of a time, by alertname."""

    series: Mapping[str, tuple[FiringSeries, ...]]
    annotations: Mapping[str, Mapping[str, str]]
    interval: float
    """The shortest interval of alerting rules, in seconds."""
    evaluated_until: datetime
    """When it evaluated last, at most the end of what was asked: what fired then may go on."""
    warning: str = ""
    """What it warned of: its answer is then a part, and nothing has cleared for what it lacks."""


@dataclass(frozen=True)
class Seen:
    """What the sources that could be asked say; None for one that could not or was not."""

    alertmanager: AlertmanagerSeen | None
    prometheus: PrometheusSeen | None
    confirmation: Confirmation


@dataclass(frozen=True)
class SeriesId:
    """A series: where it comes from, and what it is called."""

    source: str
    cluster: str
    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of an alert that only a source told."""
    generator_url: str = ""


@dataclass(frozen=True)
class Episode:
    """An episode as webhooks told it, or one that only a source told."""

    id: UUID | None
    """None where no webhook told it."""
    series: SeriesId
    starts_at: datetime
    last_firing_at: datetime
    """When it was last heard of as firing."""
    state: EpisodeState
    until: datetime | None
    """When it ended, or was last heard of where that is not known; None while it fires."""
    suppressions: tuple[Suppression, ...] = ()
    reason: AddedReason | None = None
    """Why no webhook told it."""
    confirmed: bool = False
    """Whether a source says that it fires."""


@dataclass(frozen=True)
class Corrected:
    """What the sources change of a night."""

    changed: tuple[Episode, ...] = ()
    """Episodes of webhooks that are not as those told."""
    added: tuple[Episode, ...] = ()
    closed: tuple[SeriesId, ...] = ()
    """Series that fired as far as webhooks told, and have cleared."""
    unconfirmed: tuple[SeriesId, ...] = ()
    """Series that fire as far as webhooks told, and that no source that was asked knows."""
    suppressed: tuple[Episode, ...] = ()
    """Episodes that fire while Alertmanager tells nobody."""
    unrouted: tuple[str, ...] = ()
    """Alerts by name that fired and that Alertmanager sends to others only."""
    problem: str = ""
    """Why nothing could be corrected, in a sentence; empty where it could."""
