"""Facts from Alertmanager and Prometheus alone, without a database: what a newcomer sees of the last night; pure."""

from dataclasses import replace

from digest.aggregate import aggregate
from digest.alert_settings import AlertSettings
from digest.confirm.by_group import by_group
from digest.confirm.model import Episode, Seen
from digest.confirm.reasons import Reasons
from digest.confirm.reconcile import Night, reconcile
from digest.confirm.rows import rows_of
from digest.facts import Facts, Period
from store.matchers import any_matches


def facts_of_sources(seen: Seen, period: Period, settings: AlertSettings) -> Facts:
    """Return the facts of a period as the sources tell them, as of a digest on request."""
    night = Night(
        seen=seen,
        period=period,
        cluster_label=settings.cluster_label,
        ours=frozenset({("default", settings.cluster_name)}),
        closable=frozenset(),
        receivers=frozenset(),
        reasons=Reasons(),
        ignored=settings.exclude + settings.heartbeats,
    )
    corrected = reconcile((), night)
    inside = [row for row in corrected.added if _overlaps(row, period)]
    told = [row for row in inside if not any_matches(night.ignored, row.series.labels)]
    heartbeats = [
        row
        for row in inside
        if any_matches(settings.heartbeats, row.series.labels) and not any_matches(settings.exclude, row.series.labels)
    ]
    corrections = {key: replace(one, added=()) for key, one in by_group(corrected).items()}
    rows = replace(rows_of(told, heartbeats, period), confirmation=seen.confirmation, corrections=corrections)
    return aggregate(rows, period, settings, "adhoc")


def _overlaps(row: Episode, period: Period) -> bool:
    return row.starts_at < period.end and (row.until is None or row.until > period.start)
