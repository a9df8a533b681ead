"""Nights as an engineer meets them, told in minutes after the evening's 18:00; for the cards that are drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from digest.aggregate import aggregate
from digest.cluster.join import join
from digest.cluster.model import Missing, Observed, Pod, Rollout, Termination, Usage, Workload
from digest.compare.model import Comparison, GroupComparison, Loudness, NightComparison, NightCount, Verdict, Volume
from digest.confirm.model import Added, Confirmation, Suppression
from digest.facts import Facts, Period
from digest.health.spans import minute_of
from digest.rows import Correction, GroupRow, HealthRow, HeartbeatRow, Key, LabelRow, LateRow, Rows, SampleRow
from tests.facts_factory import SETTINGS

EVENING = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""A Tuesday, 18:00 in Berlin."""
NIGHT = Period(EVENING, EVENING + timedelta(hours=14), EVENING + timedelta(hours=14), "Europe/Berlin")
MORNING = 14 * 60
RUNBOOK = "https://runbooks.example/alerts/"


@dataclass(frozen=True)
class Fired:
    """Alerts of one name in one namespace; ``end`` is None where ``firing`` of them still fire."""

    name: str
    begin: int
    end: int | None = None
    severity: str = "warning"
    namespace: str = "shop"
    series: int = 1
    times: int = 0
    firing: int = 1
    stale: bool = False
    summary: str = ""
    runbook: bool = True
    minutes: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    correction: Correction | None = None

    @property
    def key(self) -> Key:
        """What makes it a group."""
        return Key("default", "prod-eu", self.name, self.severity, self.namespace)

    def row(self, period: Period) -> GroupRow:
        """Return its counts and times."""
        begin = period.start + timedelta(minutes=self.begin)
        last = period.limit if self.end is None else period.start + timedelta(minutes=self.end)
        firing = self.firing if self.end is None else 0
        times = self.times or self.series
        seconds = 60 * self.minutes or int((last - max(begin, period.start)).total_seconds())
        return GroupRow(
            self.key, self.series, times, firing, int(self.stale), int(times >= 3 * self.series), begin, last,
            last if self.stale else None, begin if firing else None, seconds,
        )  # fmt: skip

    def label_rows(self) -> Iterable[LabelRow]:
        """Yield its labels; commas part the values of different series."""
        for label, values in self.labels.items():
            different = values.split(",")
            for value in different:
                series = self.series if len(different) == 1 else 1
                yield LabelRow(self.key, label, value, series, 0, len(different))

    def sample(self) -> SampleRow:
        """Return its annotations."""
        runbook = {"runbook_url": RUNBOOK + self.name.lower()} if self.runbook else {}
        return SampleRow(self.key, {"summary": self.summary} | runbook, "")


def healthy(period: Period, webhooks: int = 212) -> HealthRow:
    """Return what a receiver tells that lived all the night."""
    first, end = minute_of(period.start), minute_of(period.limit)
    return HealthRow(first, ((first, end),), (), ((200, webhooks),), webhooks, 3 * webhooks)


def watchdog(period: Period) -> HeartbeatRow:
    """Return a heartbeat of every minute."""
    minutes = range(minute_of(period.start) - 60, minute_of(period.limit))
    return HeartbeatRow("default", "prod-eu", "Watchdog", period.limit, alive=True, minutes=tuple(minutes))


def rows_of(fired: Iterable[Fired], period: Period = NIGHT) -> Rows:
    """Return what the queries would, of a night with a receiver and a heartbeat that were well."""
    some = tuple(fired)
    return Rows(
        tuple(one.row(period) for one in some),
        tuple(row for one in some for row in one.label_rows()),
        tuple(one.sample() for one in some),
        (), (watchdog(period),), (), received=True, truncated=0, quarantined=0,
        confirmation=Confirmation("answered", "answered", (), 30),
        corrections={one.key: one.correction for one in some if one.correction}, health=healthy(period),
    )  # fmt: skip


def told(fired: Iterable[Fired], period: Period = NIGHT) -> Facts:
    """Return the facts of a night of which nothing is in doubt."""
    return aggregate(rows_of(fired, period), period, SETTINGS, "scheduled")


def from_rows(rows: Rows, period: Period = NIGHT) -> Facts:
    """Return the facts of any rows."""
    return aggregate(rows, period, SETTINGS, "scheduled")


def late(name: str, severity: str) -> LateRow:
    """Return an alert of the night before that came too late for its digest."""
    key = Key("default", "prod-eu", name, severity, "shop")
    begin = EVENING - timedelta(hours=16)
    return LateRow(UUID(int=1), key, begin, begin + timedelta(minutes=20))


def silenced(series: int, by: str = "m.fischer", reason: str = "OPS-4711 disk swap") -> Correction:
    """Return that so many series are silenced until noon."""
    until = EVENING + timedelta(hours=18)
    return Correction(series, (Suppression("silenced", by, reason, until, series),))


def not_told(short: int, away: int) -> Correction:
    """Return that Prometheus knows of occurrences that no webhook told."""
    return Correction(added=(Added("short", short), Added("receiver_away", away)))


API = Workload("Deployment", "payments", "payments-api")


def with_cluster(facts: Facts, *, missing: tuple[Missing, ...] = ()) -> Facts:
    """Return the facts with what a cluster says of the Deployment ``payments-api``, which was rolled out at 22:31."""
    pods = tuple(
        Pod(f"u{number}", API.namespace, f"payments-api-7d9f8b6c5-x2k{number}z", API, "worker-3", "CrashLoopBackOff",
            healthy=False, restart_count=17, seen_at=facts.period.limit)
        for number in range(3)
    )  # fmt: skip
    ends = tuple(
        Termination(f"t{number}", "api", API.namespace, pods[0].name, API, "worker-3", "OOMKilled", 137,
                    EVENING + timedelta(minutes=280 + 30 * number))
        for number in range(17)
    )  # fmt: skip
    rollout = Rollout(
        API, 42, EVENING + timedelta(minutes=271), "registry.example/payments-api:v1.2.3",
        "registry.example/payments-api:v1.2.4",
    )  # fmt: skip
    usages = (Usage("", "worker-3", "memory", 97),)
    return join(facts, Observed(facts.period.limit, (*pods, *ends, rollout), (), usages, missing), ())


@dataclass(frozen=True)
class Past:
    """How an alert compares with the nights before: its verdict, its volume, on how many of seven nights it fired."""

    verdict: Verdict
    volume: Volume | None = None
    nights: int = 1
    usual: float | None = None
    days: int | None = None


def compared(facts: Facts, verdict: Loudness, past: Mapping[str, Past], counts: tuple[int | None, ...]) -> Facts:
    """Return the facts against 42 nights kept; ``counts`` are those of the last six nights."""
    known = Past("known", nights=2)
    groups = []
    for group in facts.groups:
        one = past.get(group.alertname, known)
        groups.append(
            GroupComparison(
                group.id, group.id, 1, one.verdict, one.volume, None, one.days, one.nights, 7, one.usual, 1.0
            )
        )
    ends = (facts.period.end - timedelta(days=days) for days in range(len(counts), 0, -1))
    last = (
        *(NightCount(end, count) for end, count in zip(ends, counts, strict=True)),
        NightCount(facts.period.end, facts.totals.occurrences),
    )
    night = NightComparison(verdict, 28, 41.0, 6.0, 52, last)
    return replace(facts, comparison=Comparison(42, 28, tuple(groups), night))
