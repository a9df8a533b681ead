"""The health of the capture in one line; pure."""

from collections.abc import Iterable

from digest.facts import Capture, Facts, Heartbeat, Period
from digest.health.model import Absence
from digest.wording import clock, count, duration, names

_MINUTE = 60


def capture_line(facts: Facts) -> str:
    """Return what the capture of the night can be believed for: what was away first, then webhooks and heartbeats.

    Where no receiver was asked (a night told from Prometheus alone, or a digest of an older release) it tells only what
    is wrong, and is empty where nothing is.
    """
    capture, period = facts.capture, facts.period
    parts = [
        *_away("receiver", capture.receiver_away, period),
        *_away("database", capture.database_away, period),
        *_webhooks(capture),
        *_lost(capture),
        *_heartbeats(facts, period),
        *_unknown(capture, period),
    ]
    return f"Capture: {'; '.join(parts)}." if parts else ""


def doubtful(facts: Facts) -> bool:
    """Whether something of the night may be missing, so that its silence proves little."""
    capture = facts.capture
    away = (capture.receiver_away, capture.database_away, *(beat.gaps for beat in facts.heartbeats))
    stopped = any(not beat.alive for beat in facts.heartbeats)
    lost = capture.refused or capture.truncated_alerts or capture.quarantined
    return not capture.received or stopped or bool(lost) or any(one.seconds for one in away)


def _away(what: str, absence: Absence, period: Period) -> Iterable[str]:
    if absence.spans:
        alone = len(absence.spans) == 1 and not absence.more
        total = duration(absence.seconds)
        yield f"{what} away {_spans(absence, period)} ({total if alone else f'{total} in all'})"


def _spans(absence: Absence, period: Period) -> str:
    told = [f"{clock(one.start, period)}–{clock(one.end, period)}" for one in absence.spans]
    return ", ".join(told) + (f" and {count(absence.more, 'more time')}" if absence.more else "")


def _webhooks(capture: Capture) -> Iterable[str]:
    if capture.webhooks is None:
        return
    parts = [count(capture.webhooks, "webhook") if capture.webhooks else "no webhook"]
    if capture.refused:
        codes = ", ".join(str(one.code) for one in capture.refused)
        parts.append(f"{sum(one.webhooks for one in capture.refused):,} refused ({codes})")
    elif capture.minutes_known:
        parts.append("none refused")
    if capture.unavailable:
        parts.append(f"{count(capture.unavailable, 'try', 'tries')} put off (5xx)")
    yield ", ".join(parts)


def _lost(capture: Capture) -> Iterable[str]:
    if capture.truncated_alerts:
        yield f"{count(capture.truncated_alerts, 'alert')} cut by Alertmanager"
    if capture.quarantined:
        yield f"{capture.quarantined:,} unreadable"


def _heartbeats(facts: Facts, period: Period) -> Iterable[str]:
    heartbeats, asked = facts.heartbeats, facts.capture.webhooks is not None
    gone = [beat for beat in heartbeats if beat.gaps.spans or not beat.alive]
    for beat in gone[:1]:
        yield f"{_who(beat, heartbeats)} {_silence(beat, period)}"
    if len(gone) > 1:
        yield f"{count(len(gone) - 1, 'more heartbeat')} with gaps"
    if not gone and asked:
        yield _steady(heartbeats) if heartbeats else "no heartbeat heard"


def _who(beat: Heartbeat, all_of_them: tuple[Heartbeat, ...]) -> str:
    several = len(all_of_them) > 1
    return f"heartbeat {names([beat.cluster or beat.source])}" if several else "heartbeat"


def _silence(beat: Heartbeat, period: Period) -> str:
    if beat.gaps.spans:
        return f"away {_spans(beat.gaps, period)}"
    return f"stopped at {clock(beat.last_news, period)}" if beat.last_news else "stopped"


def _steady(heartbeats: tuple[Heartbeat, ...]) -> str:
    who = "heartbeat" if len(heartbeats) == 1 else f"{len(heartbeats):,} heartbeats"
    usual = [beat.interval_seconds for beat in heartbeats if beat.interval_seconds]
    if len(usual) < len(heartbeats):
        return f"{who} heard, too seldom to see gaps"
    return f"{who} every {_every(max(usual))} without a gap"


def _every(seconds: int) -> str:
    return "minute" if seconds == _MINUTE else duration(seconds)


def _unknown(capture: Capture, period: Period) -> Iterable[str]:
    minutes = int((period.limit - period.start).total_seconds()) // _MINUTE
    if capture.webhooks is not None and not capture.minutes_known:
        yield "what was refused or missed is not known"
    elif capture.minutes_known and minutes - capture.minutes_known > 1:
        yield f"what was refused or missed is known of {duration(capture.minutes_known * _MINUTE)} only"
