"""The roll-up of a told window: what is kept of it longer than its digest; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from digest.compare.history import with_prometheus
from digest.facts import Facts, Group
from digest.facts_json import from_json

_BYTES_OF_UUID = 16


@dataclass(frozen=True)
class GroupRollup:
    """One group of a window; the names are redacted as in the facts, the key is of what they were before."""

    key: str
    source: str
    cluster: str
    alertname: str
    severity: str
    namespace: str
    level: str
    attention: bool
    occurrences: int
    series: int
    firing_seconds: int
    first_seen: datetime
    last_seen: datetime
    hours: int | None
    """As in ``GroupComparison``; None where the facts do not say."""


@dataclass(frozen=True)
class Rollup:
    """A window with its sums and its groups."""

    window_start: datetime
    window_end: datetime
    timezone: str
    received: bool
    """Whether any webhook came: without one its counts say nothing, and it is compared with nothing."""
    prometheus: bool
    """Whether Prometheus answered: without it the counts are lower bounds, and compared with such only."""
    groups: tuple[GroupRollup, ...]
    occurrences: int
    series: int
    firing: int
    stale: int
    resolved: int
    attention: int


def key_of(group: Group) -> str:
    """Return what a group is known by from night to night: 128 bits of a hash of its five names, as a UUID.

    Of fixed length, since an index refuses long labels, and not MD5, of which a label could be made that collides.
    What is kept for years is looked up by it: it must never change.
    """
    names = [group.source, group.cluster, group.alertname, group.severity, group.namespace]
    return str(UUID(bytes=sha256(json.dumps(names).encode()).digest()[:_BYTES_OF_UUID]))


def roll_up(facts: Facts) -> Rollup:
    """Return the roll-up of a window's facts; keys and hours are those of its comparison where it has one."""
    compared = {one.group: one for one in facts.comparison.groups} if facts.comparison else {}
    keyed = ((group, compared.get(group.id)) for group in facts.groups)
    groups = (_group(group, one.key if one else key_of(group), one.hours if one else None) for group, one in keyed)
    period, totals = facts.period, facts.totals
    return Rollup(
        period.start, period.end, period.timezone, facts.capture.received, with_prometheus(facts), tuple(groups),
        totals.occurrences, totals.series, totals.firing, totals.stale, totals.resolved, totals.attention,
    )  # fmt: skip


def of_kept(facts: Mapping[str, Any]) -> Rollup | None:
    """Return the roll-up of kept facts; None where they are of a form that this release cannot read."""
    try:
        return roll_up(from_json(dict(facts)))
    except (KeyError, TypeError, ValueError):
        return None


def _group(group: Group, key: str, hours: int | None) -> GroupRollup:
    return GroupRollup(
        key=key,
        source=group.source,
        cluster=group.cluster,
        alertname=group.alertname,
        severity=group.severity,
        namespace=group.namespace,
        level=group.level,
        attention=group.attention is not None,
        occurrences=group.total_occurrences,
        series=group.series_count,
        firing_seconds=group.firing_seconds,
        first_seen=group.first_seen,
        last_seen=group.last_seen,
        hours=hours,
    )
