"""Bring what webhooks told and what the sources say together: what fires, what has cleared, what nobody told; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5

from digest.confirm.episodes import (
    OPEN,
    Alertmanager,
    Evaluated,
    joined,
    with_living,
    with_stretches,
)
from digest.confirm.match import external_labels, match
from digest.confirm.model import (
    Corrected,
    Episode,
    FiringSeries,
    Living,
    Seen,
    SeriesId,
    Stretch,
)
from digest.confirm.reasons import Reasons
from digest.facts import Period
from store.fingerprint import fingerprint
from store.matchers import MatcherSet, any_matches

Labels = Mapping[str, str]
_REPLICAS = frozenset({"replica", "prometheus_replica", "rule_replica", "receive_replica", "thanos_replica"})
"""Labels by which only replicas of one Prometheus differ, as their operators and Thanos name them."""


@dataclass(frozen=True)
class Night:
    """What corrections depend on beside the episodes of webhooks."""

    seen: Seen
    period: Period
    cluster_label: str
    ours: frozenset[tuple[str, str]]
    """Source and cluster of the episodes that the sources can know of; never empty."""
    closable: frozenset[str]
    """Sources of which Alertmanager has all alerts: what it lacks of theirs has cleared."""
    receivers: frozenset[str]
    """Receivers that webhooks came for; where it is empty, every alert counts as meant for us."""
    reasons: Reasons
    clusters: frozenset[str] | None = None
    """Clusters whose alerts may be added, by the values of the label; None for any."""
    ignored: tuple[MatcherSet, ...] = ()
    """What is no alert on the card: exclusions and heartbeats."""

    @property
    def source(self) -> str:
        """Whose episodes those are that no webhook told."""
        return min(self.ours)[0]

    def is_ours(self, labels: Labels) -> bool:
        """Say whether an alert that no webhook told is of a cluster of ours."""
        return self.clusters is None or labels.get(self.cluster_label, "") in self.clusters

    def meant(self, receivers: Iterable[str]) -> bool:
        """Say whether what goes to these receivers was meant for us, as far as that can be known."""
        alertmanager, some = self.seen.alertmanager, frozenset(receivers)
        routes = alertmanager.routes if alertmanager else None
        known = self.receivers & routes.all_receivers if routes else self.receivers
        return not known or not some or not known.isdisjoint(some)

    @property
    def cluster(self) -> str:
        """Whose cluster those are that name none: the only one there is."""
        clusters = {cluster for _, cluster in self.ours}
        return min(clusters) if len(clusters) == 1 else ""


@dataclass
class _Series:
    """A series with all that is known of it."""

    id: SeriesId
    rows: list[Episode]
    living: Living | None = None


def reconcile(rules: Iterable[Sequence[Episode]], night: Night) -> Corrected:
    """Return the corrections of a night.

    ``rules`` are the episodes of one alertname after the other, as far as webhooks told of them: those that are open,
    and all of what Prometheus or Alertmanager name.
    """
    work = _Work(night)
    for rows in rules:
        work.rule(rows[0].series.labels.get("alertname", ""), rows)
    work.rest()
    return work.corrected()


class _Work:
    """Collects corrections, one alertname after the other, so that never more than one is in memory."""

    def __init__(self, night: Night) -> None:
        self.night = night
        alertmanager, prometheus = night.seen.alertmanager, night.seen.prometheus
        self.living: dict[str, list[Living]] = defaultdict(list)
        for one in alertmanager.living if alertmanager else ():
            self.living[one.labels.get("alertname", "")].append(one)
        self.firing = dict(prometheus.series) if prometheus else {}
        self.external: frozenset[tuple[str, str]] | None = None
        self.alone: list[FiringSeries] = []
        self.changed: list[Episode] = []
        self.added: list[Episode] = []
        self.suppressed: list[Episode] = []
        self.closed: list[SeriesId] = []
        self.unconfirmed: list[SeriesId] = []
        self.unrouted: set[str] = set()

    def rule(self, name: str, rows: Sequence[Episode]) -> None:
        """Correct the episodes of an alertname, and add what the sources alone know of its series."""
        living = self.living.pop(name, [])
        for alert in living:
            if not self.night.meant(alert.receivers):
                self._leave_out(alert.labels)
        some = list(_by_series(rows, self.night, living))
        seen = self.firing.pop(name, ())
        stretches: dict[int, list[Stretch]] = defaultdict(list)
        labels = [_without_replica(one.labels) for one in seen]
        places = match(labels, [one.id.labels for one in some])
        for one, matched in zip(seen, places, strict=True):
            for place in matched:
                stretches[place] += one.stretches
            if not matched:
                self.alone.append(one)
        told = zip(labels, places, strict=True)
        matches = [(known, some[place].id.labels) for known, found in told for place in found]
        if matches:
            external = frozenset(external_labels(matches).items())
            self.external = external if self.external is None else self.external & external
        for place, series in enumerate(some):
            self._keep(series.rows, self._series(series, joined(stretches[place])))

    def rest(self) -> None:
        """Add the alertnames of which no webhook told an episode, and the series that no stored one was."""
        for name in sorted({*self.living, *self.firing}):
            self.rule(name, ())
        ours = {self.night.cluster_label: self.night.cluster} if self.night.cluster else {}
        external = ours if self.external is None else dict(self.external)
        alone: dict[tuple[tuple[str, str], ...], list[Stretch]] = defaultdict(list)
        for one in self.alone:
            labels = {**external, **_without_replica(one.labels)}
            if self.night.is_ours(labels):
                alone[tuple(sorted(labels.items()))] += one.stretches
        for known, stretches in alone.items():
            self._keep((), self._series(_Series(self._new(dict(known)), []), joined(stretches)))

    def corrected(self) -> Corrected:
        """Return what is not as webhooks told it."""
        told = {one.series.labels.get("alertname", "") for one in self.added}
        return Corrected(
            tuple(self.changed),
            tuple(self.added),
            tuple(self.closed),
            tuple(self.unconfirmed),
            tuple(self.suppressed),
            tuple(sorted(self.unrouted - told)),
        )

    def _keep(self, before: Sequence[Episode], after: Sequence[Episode]) -> None:
        """Keep what is new or other of one series."""
        pairs = list(_pairs(before, after))
        added = [new for old, new in pairs if old is None]
        if added and not self._routed(added[0].series.labels):  # one series, so one route
            self._leave_out(added[0].series.labels)
            pairs, added = [pair for pair in pairs if pair[0]], []
        now = [new for _, new in pairs if new.state in OPEN]
        self.changed += [new for old, new in pairs if old and _times(new) != _times(old)]
        self.added += added
        if not now:
            ended = [new.series for old, new in pairs if old and old.state in OPEN and new.state not in OPEN]
            self.closed += ended[:1]
        self.unconfirmed += [one.series for one in now if not one.confirmed][:1]
        self.suppressed += [one for one in now if one.suppressions]

    def _leave_out(self, labels: Labels) -> None:
        """Remember an alert that goes to others, unless it is none on the card anyway."""
        if not any_matches(self.night.ignored, labels):
            self.unrouted.add(labels.get("alertname", ""))

    def _series(self, series: _Series, stretches: Sequence[Stretch]) -> tuple[Episode, ...]:
        night, rows = self.night, tuple(series.rows)
        exact = frozenset(row.id for row in rows if row.state == "resolved")
        if alertmanager := night.seen.alertmanager:
            closable = alertmanager.complete and series.id.source in night.closable and _is_its_own(series.id)
            told = Alertmanager(alertmanager.asked_at, series.living, closable, night.reasons)
            rows = with_living(rows, series.id, told, night.period)
        if prometheus := night.seen.prometheus:
            half = timedelta(seconds=prometheus.interval / 2)
            known = Evaluated(night.period, half, prometheus.evaluated_until, exact, night.reasons)
            rows = with_stretches(rows, series.id, stretches, known)
        return rows

    def _new(self, labels: Labels) -> SeriesId:
        prometheus = self.night.seen.prometheus
        annotations = prometheus.annotations.get(labels.get("alertname", ""), {}) if prometheus else {}
        cluster = labels.get(self.night.cluster_label, "")
        return SeriesId(self.night.source, cluster, _fingerprint(labels), labels, annotations)

    def _routed(self, labels: Labels) -> bool:
        """Whether what no webhook told was meant for us: it was, unless Alertmanager's routes say otherwise."""
        alertmanager = self.night.seen.alertmanager
        if not alertmanager or not alertmanager.routes:
            return True
        return self.night.meant(alertmanager.routes.receivers(labels))


def _by_series(rows: Sequence[Episode], night: Night, living: Iterable[Living]) -> Iterator[_Series]:
    """Yield the series of an alertname: those of webhooks, and those that only Alertmanager has."""
    found: dict[tuple[str, str], _Series] = {}
    for row in rows:
        if (row.series.source, row.series.cluster) in night.ours:
            key = (row.series.source, row.series.fingerprint)
            found.setdefault(key, _Series(row.series, [])).rows.append(row)
    by_fingerprint: dict[str, list[_Series]] = defaultdict(list)
    for one in found.values():
        by_fingerprint[one.id.fingerprint].append(one)
    for alert in living:
        for one in by_fingerprint.get(alert.fingerprint, ()):
            one.living = alert
        if alert.fingerprint not in by_fingerprint and night.meant(alert.receivers) and night.is_ours(alert.labels):
            yield _Series(_only_living(alert, night), [], alert)
    yield from found.values()


def _without_replica(labels: Labels) -> Labels:
    return {name: text for name, text in labels.items() if name not in _REPLICAS}


def _is_its_own(series: SeriesId) -> bool:
    """Say whether Alertmanager made the fingerprint: that of others, as Grafana, is made of other labels."""
    return series.fingerprint == fingerprint(series.labels)


def _only_living(alert: Living, night: Night) -> SeriesId:
    cluster = alert.labels.get(night.cluster_label, "")
    return SeriesId(night.source, cluster, alert.fingerprint, alert.labels, alert.annotations, alert.generator_url)


def _pairs(before: Sequence[Episode], after: Sequence[Episode]) -> Iterator[tuple[Episode | None, Episode]]:
    """Yield each episode with what it was; None for one that is new."""
    old = {row.id: row for row in before}
    for row in after:
        yield old.get(row.id) if row.id else None, row


def _times(row: Episode) -> tuple[object, ...]:
    return (row.starts_at, row.state, row.until)


def _fingerprint(labels: Labels) -> str:
    text = "\0".join(f"{name}\0{value}" for name, value in sorted(labels.items()))
    return f"prometheus-{md5(text.encode(), usedforsecurity=False).hexdigest()}"
