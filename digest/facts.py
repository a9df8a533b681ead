"""The facts of a night: what every renderer shows, what is kept with a digest, what ``preview --format facts`` prints.

Nothing here depends on the order in which messages came or on how often they came, but for the counts of deliveries.
All times are aware UTC times without a fraction of a second; all durations are whole seconds. Field names are
documented in ``docs/facts.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.cluster.context import Change, Context, Moment, WorstState
from digest.cluster.model import Workload
from digest.compare.model import Comparison
from digest.confirm.model import Added, Confirmation, Suppression
from digest.episode import Episode
from digest.health.model import NEVER, Absence, Refusal, Span
from digest.model.phrasing import Phrasing
from digest.noise.model import RuleVerdict
from digest.stories.model import Story

VERSION = 1
"""Version of the JSON form; raised when a field changes its meaning or goes."""

Level = Literal["critical", "warning", "other", "info"]
Reason = Literal["firing", "stale", "cleared_critical"]
PatternKind = Literal["storm", "same_node", "flapping", "together", "long_firing"]


@dataclass(frozen=True)
class Period:
    """What the digest covers: ``start <= t < end``, seen at ``cut_off``, shown in ``timezone`` (an IANA name)."""

    start: datetime
    end: datetime
    cut_off: datetime
    timezone: str

    @property
    def limit(self) -> datetime:
        """Return where what is known of the period ends."""
        return min(self.end, self.cut_off)

    def contains(self, moment: datetime) -> bool:
        """Say whether a time lies in the known part of the period."""
        return self.start <= moment < self.limit


@dataclass(frozen=True)
class Resource:
    """One affected object: its label value, how many series name it, how many of those fire."""

    name: str
    series: int
    firing: int


@dataclass(frozen=True)
class ResourceKind:
    """The objects of one label (``pod``, ``node`` …): how many different ones, and at most the five worst."""

    label: str
    total: int
    top: tuple[Resource, ...]


@dataclass(frozen=True)
class Group:
    """Everything of one alertname, severity and namespace at one source and cluster."""

    id: str
    """``g1``, ``g2`` … in the order of importance, which is the order of the groups."""
    source: str
    cluster: str
    alertname: str
    severity: str
    """As sent."""
    level: Level
    """The severity after the aliases; ``other`` is what is not known, and ranks between warning and info."""
    namespace: str
    owner: str
    """The value of ``OWNER_LABEL`` where all series agree, else empty."""
    summary: str
    """A summary annotation: of the firing or else the latest episode."""
    total_occurrences: int
    """Episodes that overlap the period, after those that belong together are joined."""
    series_count: int
    firing_count: int
    """Series that fire at the cut-off."""
    stale_count: int
    """Series that were firing and of which nothing was heard for longer than ``ALERT_STALE_AFTER``."""
    resolved_count: int
    """Series that have cleared."""
    flapping_series: int
    """Series with three or more episodes."""
    first_seen: datetime
    last_seen: datetime
    """The end of the last episode; the cut-off where one fires; the last news where all that is left is stale."""
    last_news: datetime | None
    """The last time a stale series was heard of as firing; None where none is stale."""
    firing_since: datetime | None
    """The start of the oldest episode that still fires, also where it lies before the period; None where none fires."""
    firing_seconds: int
    """Time with at least one series firing, inside the period."""
    resources: tuple[ResourceKind, ...]
    unique_pods_affected: int
    common_labels: tuple[tuple[str, str], ...]
    """Labels that all series share, by name, without those that name the group."""
    runbook_url: str
    dashboard_url: str
    """Links from annotations (``runbook_url``, ``dashboard_url``); empty unless they are https or http URLs."""
    generator_url: str
    attention: Reason | None
    """Why it belongs under "requires attention", or None."""
    workload: Workload | None = None
    """What its pods belong to, or the one object that its series name; None where they name several or none."""
    changes: tuple[Change, ...] = ()
    """What was changed of the workload in the two hours before the first firing, latest first."""
    worst_state: WorstState | None = None
    """The worst that was seen of its workload; None where nothing was wrong with it."""
    suppressed_count: int = 0
    """Series of ``firing_count`` of which Alertmanager tells nobody: silenced, inhibited or muted."""
    suppressions: tuple[Suppression, ...] = ()
    """Why, at most five, those of the most series first."""
    unconfirmed_count: int = 0
    """Series of ``firing_count`` and ``stale_count`` that no source that was asked knows."""
    closed_count: int = 0
    """Series of ``resolved_count`` that have cleared as a source says; no webhook told it."""
    added: tuple[Added, ...] = ()
    """Episodes of ``total_occurrences`` that no webhook told, by the reason."""
    nodes: tuple[str, ...] = ()
    """Nodes that at least half of its pods were seen on, of those of which the cluster told; most pods first."""
    fired: tuple[Span, ...] = ()
    """When at least one of its series fired, inside the period; at most 60 spans, of the 60 most important groups."""
    fired_merged: int = 0
    """How many breaks ``fired`` does not show, the shortest ones: more than 60 spans are joined."""
    episodes: tuple[Episode, ...] = ()
    """Its newest, newest first: at most 20, and at most 1,000 of all groups in the order of importance."""

    @property
    def flapping(self) -> bool:
        """Whether any of its series had three or more episodes."""
        return self.flapping_series > 0


@dataclass(frozen=True)
class SeverityCount:
    """One line of the breakdown by severity, most important first."""

    severity: str
    level: Level
    groups: int
    occurrences: int
    firing: int
    stale: int
    resolved: int


@dataclass(frozen=True)
class Pattern:
    """Groups that belong together or behave alike, found by code; ``groups`` are ids, most important first.

    ``storm``: very many episodes of one group that began within five minutes; ``subject`` is the workload or namespace.
    ``same_node``: several groups that name one node; ``subject`` is the node.
    ``flapping``: one group that keeps coming and going. ``long_firing``: one that fired nearly all the period.
    ``together``: groups whose first firings are within two minutes of each other and share a namespace.
    """

    kind: PatternKind
    groups: tuple[str, ...]
    subject: str
    count: int
    """Starts for a storm, groups for same_node and together, episodes for flapping and long_firing."""
    start: datetime
    end: datetime


@dataclass(frozen=True)
class LateGroup:
    """What came too late for the digest of an earlier period that it belongs to."""

    source: str
    cluster: str
    alertname: str
    severity: str
    level: Level
    namespace: str
    occurrences: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Heartbeat:
    """A Watchdog-like alert: proof that capture worked, not an alert."""

    source: str
    cluster: str
    alertname: str
    last_news: datetime | None
    alive: bool
    """Whether it was still told as firing when last heard of, and not longer ago than ``ALERT_STALE_AFTER``."""
    interval_seconds: int | None = None
    """The usual time between two of its messages, in whole minutes; None where too few came to say."""
    gaps: Absence = NEVER
    """Times between two messages, or after the last one, of more than 2.5 such intervals and more than two minutes."""


@dataclass(frozen=True)
class Capture:
    """How far the night can be believed; each figure counts things, and deliveries of them only where it says so."""

    received: bool
    """Whether any webhook arrived in the period: without one, silence proves nothing."""
    truncated_alerts: int
    """Alerts that Alertmanager cut (``max_alerts``): the largest such number of each group key, summed."""
    quarantined: int
    """Different alerts or bodies that could not be read; they are kept raw in ``ingest_quarantine``."""
    webhooks: int | None = None
    """Deliveries that were taken in the period; None where no receiver was asked or the release was older."""
    alerts: int | None = None
    """How many alerts these carried, repeats and all."""
    minutes_known: int = 0
    """For how many minutes of the period the receivers' own record exists; of the others nothing below is claimed."""
    refused: tuple[Refusal, ...] = ()
    """Deliveries that were turned down with 4xx, which a sender does not try again at once; most first."""
    unavailable: int = 0
    """Deliveries that were answered with 5xx; senders try these again, and each try counts."""
    receiver_away: Absence = NEVER
    """When no receiver lived, in whole minutes, from two on; up to the end also while what is kept cannot be told."""
    database_away: Absence = NEVER
    """When no receiver that lived reached the database, in whole minutes, from two on."""


@dataclass(frozen=True)
class Totals:
    """Sums over the groups, and how many of them require attention."""

    groups: int
    occurrences: int
    series: int
    firing: int
    stale: int
    resolved: int
    flapping: int
    attention: int


@dataclass(frozen=True)
class Facts:
    """The whole story of one period; ``groups`` and all other tuples are in the order in which they are shown."""

    kind: Literal["scheduled", "adhoc"]
    cluster: str
    """``CLUSTER_NAME``: what the card is headed with; may be empty."""
    period: Period
    totals: Totals
    severities: tuple[SeverityCount, ...]
    groups: tuple[Group, ...]
    patterns: tuple[Pattern, ...]
    late: tuple[LateGroup, ...]
    heartbeats: tuple[Heartbeat, ...]
    capture: Capture
    skipped: tuple[Period, ...] = ()
    """Older periods that this run left without a digest of their own (``DIGEST_CATCH_UP``)."""
    context: Context | None = None
    """What is known of the cluster; None where it was not asked for (``K8S_CONTEXT_ENABLED``)."""
    timeline: tuple[Moment, ...] = ()
    """What happened in the cluster and what fired first, in the order of time."""
    phrasing: Phrasing | None = None
    """What a language model wrote and the verifier passed: no fact; None where no model was asked."""
    confirmation: Confirmation | None = None
    """What Alertmanager and Prometheus were asked; None where neither is set: counts are then lower bounds."""
    noise: tuple[RuleVerdict, ...] = ()
    """The rules that were the most noise in the last four weeks; only of a scheduled digest that closes on a Monday."""
    stories: tuple[Story, ...] = ()
    """Which groups belong together, found by code; most important first."""
    comparison: Comparison | None = None
    """This period against the nights kept; None where there is no database to ask."""

    @property
    def ours(self) -> frozenset[tuple[str, str]]:
        """Which sources and clusters of the groups are this cluster."""
        return our_clusters(((group.source, group.cluster) for group in self.groups), self.cluster)


def whole_second(moment: datetime) -> datetime:
    """Return a time without its fraction of a second, as the facts have it."""
    return moment.replace(microsecond=0)


def our_clusters(night: Iterable[tuple[str, str]], cluster: str) -> frozenset[tuple[str, str]]:
    """Return which sources and clusters of a night are this cluster: those of its name or without any, or the only one.

    ``cluster`` is ``CLUSTER_NAME``, which may be empty.
    """
    there = frozenset(night)
    if len(there) == 1 and not cluster:
        return there
    return frozenset((source, name) for source, name in there if name in {"", cluster})
