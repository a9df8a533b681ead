"""From what the receivers told to what can be claimed of the period; pure."""

from digest.facts import Capture, Heartbeat, Period, whole_second
from digest.health.model import Refusal, Span
from digest.health.spans import absence, minute_of, missing, rhythm, spans, whole_minutes
from digest.rows import HealthRow, HeartbeatRow, Rows

_REFUSED, _UNAVAILABLE = range(400, 500), range(500, 600)
_SECONDS = 60


def capture_of(rows: Rows, period: Period) -> Capture:
    """Return how far the period can be believed."""
    health = rows.health
    first, end = whole_minutes(period.start, period.limit)
    known = (end if health.known is None else min(max(first, health.known), end), end)
    return Capture(
        received=rows.received,
        truncated_alerts=rows.truncated,
        quarantined=rows.quarantined,
        webhooks=health.webhooks,
        alerts=health.alerts,
        minutes_known=known[1] - known[0],
        refused=_refused(health),
        unavailable=sum(number for code, number in health.answers if code in _UNAVAILABLE),
        receiver_away=absence(missing(health.alive, known)),
        database_away=absence(health.database_away),
    )


def away_of(health: HealthRow, period: Period) -> tuple[Span, ...]:
    """Return when no webhook could be kept: no receiver lived, or none reached the database; from two minutes on."""
    first, end = whole_minutes(period.start, period.limit)
    known = (end if health.known is None else min(max(first, health.known), end), end)
    return spans([*missing(health.alive, known), *health.database_away])


def heartbeat_of(row: HeartbeatRow, period: Period) -> Heartbeat:
    """Return a heartbeat with its rhythm; its last news counts as well, whoever kept it."""
    beats = {*row.minutes, minute_of(row.last_news)} if row.minutes and row.last_news else set(row.minutes)
    usual, gaps = rhythm(beats, whole_minutes(period.start, period.limit))
    return Heartbeat(
        row.source,
        row.cluster,
        row.alertname,
        whole_second(row.last_news) if row.last_news else None,
        row.alive,
        usual * _SECONDS if usual else None,
        absence(gaps),
    )


def _refused(health: HealthRow) -> tuple[Refusal, ...]:
    told = [Refusal(code, number) for code, number in health.answers if code in _REFUSED]
    return tuple(sorted(told, key=lambda one: (-one.webhooks, one.code)))
