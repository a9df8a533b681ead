"""From rows to facts: what is what, what matters, and in which order; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeVar

from digest.alert_settings import AlertSettings
from digest.detail import drawn, episodes_of, shares, span_of
from digest.facts import (
    Facts,
    Group,
    LateGroup,
    Period,
    Reason,
    Resource,
    ResourceKind,
    SeverityCount,
    Totals,
    whole_second,
)
from digest.health.measure import capture_of, heartbeat_of
from digest.links import link
from digest.patterns import find_patterns
from digest.resources import ASKED_LABELS, EXPORTED, RESOURCE_LABELS
from digest.rows import Correction, EpisodeRow, GroupRow, Key, LabelRow, LateRow, Rows, SampleRow, SpanRow

_NAMING = ("alertname", "severity", "namespace")
_NO_SAMPLE: dict[str, str] = {}
_Row = TypeVar("_Row", LabelRow, SpanRow, EpisodeRow)


def aggregate(rows: Rows, period: Period, settings: AlertSettings, kind: Literal["scheduled", "adhoc"]) -> Facts:
    """Return the facts that the rows of a period amount to."""
    labels = _by_key(rows.labels)
    samples = {row.key: row for row in rows.samples}
    told = by_importance(rows.groups, settings)
    plain = (
        _group(f"g{number}", row, labels[row.key], samples.get(row.key), settings) for number, row in enumerate(told, 1)
    )
    detailed = _detailed(plain, told, rows)
    groups = tuple(_corrected(group, rows.corrections.get(row.key)) for group, row in zip(detailed, told, strict=True))
    return Facts(
        kind=kind,
        cluster=settings.cluster_name,
        period=period,
        totals=_totals(groups),
        severities=_severities(groups),
        groups=groups,
        patterns=find_patterns(groups, rows.bursts, period),
        late=_late(rows.late, settings),
        heartbeats=tuple(heartbeat_of(row, period) for row in rows.heartbeats),
        capture=capture_of(rows, period),
        confirmation=rows.confirmation,
    )


def by_importance(rows: Iterable[GroupRow], settings: AlertSettings) -> list[GroupRow]:
    """Return the rows of groups in the order in which they are told, the most important first."""
    return sorted(rows, key=lambda row: _importance(row, settings))


def _by_key(rows: Iterable[_Row]) -> dict[Key, list[_Row]]:
    result: dict[Key, list[_Row]] = defaultdict(list)
    for row in rows:
        result[row.key].append(row)
    return result


def _importance(row: GroupRow, settings: AlertSettings) -> tuple[object, ...]:
    state = 0 if row.firing else 1 if row.stale else 2
    return (settings.severities.rank(row.key.severity), state, -row.occurrences, -row.firing_seconds, row.key)


def _group(
    name: str, row: GroupRow, labels: list[LabelRow], sample: SampleRow | None, settings: AlertSettings
) -> Group:
    common = tuple(
        (label.label, label.value)
        for label in labels
        if label.different == 1 and label.series == row.series and label.label not in _NAMING
    )
    annotations = sample.annotations if sample else _NO_SAMPLE
    resources = _resources(labels)
    return Group(
        id=name,
        source=row.key.source,
        cluster=row.key.cluster,
        alertname=row.key.alertname,
        severity=row.key.severity,
        level=settings.severities.level(row.key.severity),
        namespace=row.key.namespace,
        owner=dict(common).get(settings.owner_label, ""),
        summary=annotations.get("summary") or annotations.get("description") or annotations.get("message", ""),
        total_occurrences=row.occurrences,
        series_count=row.series,
        firing_count=row.firing,
        stale_count=row.stale,
        resolved_count=row.series - row.firing - row.stale,
        flapping_series=row.flapping,
        first_seen=whole_second(row.first_seen),
        last_seen=whole_second(row.last_seen),
        last_news=_second_or_none(row.last_news),
        firing_since=_second_or_none(row.firing_since),
        firing_seconds=row.firing_seconds,
        resources=resources,
        unique_pods_affected=next((kind.total for kind in resources if kind.label == "pod"), 0),
        common_labels=common,
        runbook_url=link(annotations.get("runbook_url", "")),
        dashboard_url=link(annotations.get("dashboard_url", "")),
        generator_url=link(sample.generator_url if sample else ""),
        attention=_attention(row, settings),
    )


def _detailed(groups: Iterable[Group], told: list[GroupRow], rows: Rows) -> Iterator[Group]:
    """Yield the groups with when they fired and with their newest episodes, as far as these are kept."""
    spans, episodes = _by_key(rows.spans), _by_key(rows.episodes)
    shown, share = {*drawn(told)}, shares(told)
    for group, row in zip(groups, told, strict=True):
        fired = spans[row.key] if row.key in shown else []
        newest = episodes[row.key][: share.get(row.key, 0)]
        yield replace(
            group,
            fired=tuple(map(span_of, fired)),
            fired_merged=sum(one.merged for one in fired),
            episodes=episodes_of(newest, dict(group.common_labels), _NAMING),
        )


def _resources(labels: list[LabelRow]) -> tuple[ResourceKind, ...]:
    found: dict[str, list[LabelRow]] = defaultdict(list)
    for row in labels:
        if row.label in ASKED_LABELS and row.value:
            found[row.label].append(row)
    kinds = ((label, found.get(f"{EXPORTED}{label}") or found.get(label)) for label in RESOURCE_LABELS)
    return tuple(
        ResourceKind(label, rows[0].different, tuple(Resource(row.value, row.series, row.firing) for row in rows))
        for label, rows in kinds
        if rows
    )


def _attention(row: GroupRow, settings: AlertSettings) -> Reason | None:
    severities = settings.severities
    if severities.at_least(row.key.severity, settings.attention_severity) and (row.firing or row.stale):
        return "firing" if row.firing else "stale"
    return "cleared_critical" if severities.level(row.key.severity) == "critical" else None


def _corrected(group: Group, correction: Correction | None) -> Group:
    """Return the group with what the sources say; what Alertmanager holds back altogether asks for nobody."""
    if correction is None:
        return group
    held_back = group.attention == "firing" and correction.suppressed >= group.firing_count
    attention = ("stale" if group.stale_count else None) if held_back else group.attention
    return replace(
        group,
        attention=attention,
        suppressed_count=correction.suppressed,
        suppressions=correction.suppressions,
        unconfirmed_count=correction.unconfirmed,
        closed_count=correction.closed,
        added=correction.added,
    )


def _totals(groups: tuple[Group, ...]) -> Totals:
    return Totals(
        groups=len(groups),
        occurrences=sum(group.total_occurrences for group in groups),
        series=sum(group.series_count for group in groups),
        firing=sum(group.firing_count for group in groups),
        stale=sum(group.stale_count for group in groups),
        resolved=sum(group.resolved_count for group in groups),
        flapping=sum(group.flapping for group in groups),
        attention=sum(group.attention is not None for group in groups),
    )


def _severities(groups: tuple[Group, ...]) -> tuple[SeverityCount, ...]:
    """Return a line for each severity as sent, in the order of the groups, which is by importance."""
    by_severity: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        by_severity[group.severity].append(group)
    return tuple(
        SeverityCount(
            severity,
            some[0].level,
            len(some),
            sum(group.total_occurrences for group in some),
            sum(group.firing_count for group in some),
            sum(group.stale_count for group in some),
            sum(group.resolved_count for group in some),
        )
        for severity, some in by_severity.items()
    )


def _late(rows: tuple[LateRow, ...], settings: AlertSettings) -> tuple[LateGroup, ...]:
    by_key: dict[Key, list[LateRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    return tuple(
        LateGroup(
            key.source,
            key.cluster,
            key.alertname,
            key.severity,
            settings.severities.level(key.severity),
            key.namespace,
            len(some),
            whole_second(min(row.starts_at for row in some)),
            whole_second(max(row.until for row in some)),
        )
        for key, some in sorted(by_key.items(), key=lambda item: (settings.severities.rank(item[0].severity), item[0]))
    )


def _second_or_none(moment: datetime | None) -> datetime | None:
    return whole_second(moment) if moment else None
