"""One run: claim what is due, read the facts, render, post, record; whatever is missing later is on record."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus

from digest.alert_settings import AlertSettings
from digest.claim import Claim, Made, Run, claim_adhoc, claim_or_wait, finish, sent_already, start_sending
from digest.cluster.model import Observed
from digest.compare.keep import keep_rollup
from digest.compare.rollup import roll_up
from digest.confirm.model import Seen
from digest.delivery import Cards, Delivery, longest_seconds
from digest.due import Due, adhoc_window, due_windows
from digest.facts import Facts, Period
from digest.job import Kind
from digest.model.phrase import Phrased
from digest.model.record import Record
from digest.model.speeds import keep
from digest.noise.model import RuleVerdict
from digest.redact import redact
from digest.retention import prune
from digest.settings import DigestSettings
from digest.stories.find import with_stories
from digest.totals import count_model, count_run
from store.connect import connect
from store.errors import DependencyDownError
from store.log import Log
from store.queries import queries
from store.windows import StoredWindow, Window

Connection = psycopg.Connection[Any]
EXIT_CODES = {"sent": 0, "unreachable": 4, "refused": 5}
"""What the process ends with, by how the delivery went."""


@dataclass(frozen=True)
class Parts:
    """The steps between the database and the card."""

    see: Callable[[datetime], Seen | None]
    """Asks Alertmanager and Prometheus for the time since a start; None where neither is set."""
    read: Callable[[Connection, Period, AlertSettings, Kind, Seen | None], Facts]
    record: Callable[[Connection, UUID], None]
    observe: Callable[[datetime], Observed | None]
    """Looks at the cluster, at what happened there since a time; None where that is switched off."""
    join: Callable[[Connection, Facts, Observed], Facts]
    phrase: Callable[[Connection, Facts], Phrased | None]
    """Asks a language model; takes a connection without a transaction, since it takes its time."""
    to_json: Callable[[Facts], dict[str, Any]]
    render: Callable[[Facts, UUID, bool], Cards]
    noise: Callable[[Connection, Period], tuple[RuleVerdict, ...]] = lambda *_: ()
    """Tells the worst rules of the last weeks, on the mornings on which a scheduled digest does."""


@dataclass(frozen=True)
class Outside:
    """What a run needs of the world beside the database."""

    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    post: Callable[[Cards], Delivery]
    log: Log


@dataclass(frozen=True)
class Runner:
    """Everything that the steps of a run share."""

    conn: Connection
    settings: DigestSettings
    parts: Parts
    outside: Outside
    run: Run

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: longer than the cluster, the database and the delivery can take."""
        settings = self.settings
        asked = settings.cluster.timeout_seconds + settings.database_wait_seconds + settings.model.timeout_seconds
        asked += settings.confirm.longest_seconds
        return max(settings.run.lease, timedelta(seconds=asked + longest_seconds(settings.delivery) + 30))


@dataclass(frozen=True)
class _Job:
    """One digest to make: the window that it tells (none for an ad-hoc one of a free period) and its period."""

    kind: Kind
    window: StoredWindow | None
    span: Window
    skipped: tuple[StoredWindow, ...] = ()


def run(runner: Runner, kind: Kind, span: Window | None = None) -> int:
    """Make the scheduled digests that are due, or the ad-hoc one; return the exit code, the worst of all.

    Raises DependencyDownError and psycopg.Error where the database goes away; what was claimed is then left to a
    later run.
    """
    code = _adhoc(runner, span) if kind == "adhoc" else _scheduled(runner)
    gone = prune(runner.conn, runner.settings.run, runner.outside.clock())
    runner.outside.log("info", "Old rows deleted.", deleted=gone)
    return code


@dataclass(frozen=True)
class Previewed:
    """The facts of a period, and what a model did for them."""

    facts: Facts
    record: Record | None


def read_only(conn: Connection, settings: DigestSettings, parts: Parts, span: Window, now: datetime) -> Previewed:
    """Return the facts of a period as an ad-hoc digest would have them; nothing is written."""
    observed, seen = parts.observe(span.start), parts.see(span.start)
    period = _period(settings, span, now)
    with conn.transaction():
        _begin_snapshot(conn, settings)
        facts = _read(conn, settings, parts, _Look("adhoc", period, observed, seen))
    return Previewed(*_phrased(conn, parts, redact(facts)))


@dataclass(frozen=True)
class _Look:
    """What is read: the kind of the digest, its period, and what was seen of the cluster and by the sources."""

    kind: Kind
    period: Period
    observed: Observed | None
    seen: Seen | None


def _phrased(conn: Connection, parts: Parts, facts: Facts) -> tuple[Facts, Record | None]:
    phrased = parts.phrase(conn, facts)
    return (replace(facts, phrasing=phrased.phrasing), phrased.record) if phrased else (facts, None)


def _read(conn: Connection, settings: DigestSettings, parts: Parts, wanted: _Look) -> Facts:
    facts = parts.read(conn, wanted.period, settings.alerts, wanted.kind, wanted.seen)
    if wanted.kind == "scheduled":
        facts = replace(facts, noise=parts.noise(conn, wanted.period))
    return with_stories(parts.join(conn, facts, wanted.observed) if wanted.observed else facts)


def _adhoc(runner: Runner, span: Window | None) -> int:
    window, usual = adhoc_window(runner.conn, runner.outside.clock())
    job = _Job("adhoc", None if span else window, span or usual)
    held = claim_adhoc(runner.conn, job.window, job.span, runner.run, runner.lease)
    if held is None:
        runner.outside.log("info", "An earlier pod of this Job has sent its digest.")
        return 0
    return _guarded(runner, job, held)


def _scheduled(runner: Runner) -> int:
    outside = runner.outside
    due = due_windows(runner.conn, runner.settings.schedule, runner.settings.run, outside.clock, outside.wait)
    if not due.windows:
        outside.log("info", "No window is due.")
    return max((_tell(runner, job) for job in _jobs(due)), default=0)


def _jobs(due: Due) -> list[_Job]:
    """Let the first card tell what was skipped: only once it is sent, those windows are done with."""
    return [
        _Job("scheduled", window, window.window, () if number else due.skipped)
        for number, window in enumerate(due.windows)
    ]


def _tell(runner: Runner, job: _Job) -> int:
    if job.window is None:  # pragma: no cover
        raise AssertionError("a scheduled digest has a window")
    held = claim_or_wait(runner.conn, job.window, runner.run, runner.lease, runner.outside.wait)
    if held is None:
        runner.outside.log("info", "Another run has sent this window's digest.", window_id=job.window.id)
        return 0
    return _guarded(runner, job, held)


def _guarded(runner: Runner, job: _Job, held: Claim) -> int:
    """Give the claim back at once where anything goes wrong before the post, so that a retry need not wait for it."""
    try:
        made = _make(runner, job, held)
        if made.record:
            _keep_record(runner, held, made.record)
        ours = start_sending(runner.conn, held, made, runner.lease)
    except (Exception, KeyboardInterrupt) as error:
        _give_back(runner, held, Delivery("refused", f"The digest could not be made ({type(error).__name__})."))
        raise
    return _send(runner, job, held, made) if ours else _taken_over(runner, job, held)


def _give_back(runner: Runner, held: Claim, failed: Delivery) -> None:
    """End a claim; after a signal amid a statement that needs a new connection, since the old one is of no more use."""
    now = runner.outside.clock()
    if runner.conn.info.transaction_status == TransactionStatus.IDLE:
        finish(runner.conn, held, failed, now)
        return
    runner.conn.close()  # what it has locked is free then
    with suppress(DependencyDownError, psycopg.Error), connect(runner.settings.database_url) as conn:
        finish(conn, held, failed, now)


def _taken_over(runner: Runner, job: _Job, held: Claim) -> int:
    runner.outside.log("warning", "Another run has taken this digest over.", digest_id=held.id)
    return 0 if job.kind == "adhoc" else _tell(replace(runner, run=replace(runner.run, job="")), job)


def _make(runner: Runner, job: _Job, held: Claim) -> Made:
    settings, parts = runner.settings, runner.parts
    observed, seen = parts.observe(job.span.start), parts.see(job.span.start)
    period = _period(settings, job.span, runner.outside.clock())
    with runner.conn.transaction():
        _begin_snapshot(runner.conn, settings)
        runner.conn.execute(_sql("forget_alerts"), {"id": held.id})
        facts = _read(runner.conn, settings, parts, _Look(job.kind, period, observed, seen))
        if job.kind == "scheduled":  # what only an ad-hoc digest told is still news to the next scheduled one
            parts.record(runner.conn, held.id)
    skipped = tuple(_period(settings, window.window, period.cut_off) for window in job.skipped)
    facts, record = _phrased(runner.conn, parts, redact(replace(facts, skipped=skipped)))
    cards = parts.render(facts, held.id, held.possible_repeat)
    now = runner.outside.clock()
    rollup = roll_up(facts) if job.kind == "scheduled" else None
    return Made(parts.to_json(facts), cards, period.cut_off, now, facts.totals.occurrences, record, rollup)


def _send(runner: Runner, job: _Job, held: Claim, made: Made) -> int:
    outside = runner.outside
    delivery = outside.post(made.cards)
    _record(runner, job, held, made, delivery)
    level = "info" if delivery.outcome == "sent" else "error"
    outside.log(level, f"Digest {delivery.outcome}: {delivery.detail}", digest_id=held.id, alert_count=made.alerts)
    told_elsewhere = job.kind == "scheduled" and job.window and sent_already(runner.conn, job.window)
    return 0 if told_elsewhere else EXIT_CODES[delivery.outcome]


def _keep_record(runner: Runner, held: Claim, record: Record) -> None:
    with runner.conn.transaction():
        keep(runner.conn, held, record, runner.settings.model.threads, runner.outside.clock())
        count_model(runner.conn, record)
    told = {"digest_id": held.id, "model": record.model, "seconds": round(record.seconds, 1)}
    runner.outside.log("info", "The model's part is done.", **told, rejected=len(record.rejected))


def _record(runner: Runner, job: _Job, held: Claim, made: Made, delivery: Delivery) -> None:
    now = runner.outside.clock()
    seconds = (made.generated_at - made.cut_off).total_seconds()
    sent_at = now.timestamp() if delivery.outcome == "sent" else None
    with runner.conn.transaction():
        ours = finish(runner.conn, held, delivery, now)
        if ours and job.kind == "scheduled" and job.window and delivery.outcome == "sent":
            told = {"window": job.window.id, "generated": made.generated_at, "now": now, "count": made.alerts}
            runner.conn.execute(_sql("window_told"), told)
            runner.conn.execute(_sql("skip"), {"ids": [window.id for window in job.skipped]})
            if made.rollup:
                keep_rollup(runner.conn, made.rollup)
        count_run(runner.conn, delivery.outcome, max(0.0, seconds), sent_at)


def _period(settings: DigestSettings, span: Window, now: datetime) -> Period:
    return Period(span.start, span.end, now.replace(microsecond=0), settings.schedule.zone.key)


def _begin_snapshot(conn: Connection, settings: DigestSettings) -> None:
    """Let every statement of the transaction see the same moment, and none of them run for ever."""
    conn.execute(_sql("snapshot"))
    conn.execute(_sql("statement_timeout"), {"milliseconds": str(settings.database_wait_seconds * 1000)})


def _sql(block: str) -> LiteralString:
    return queries("digest", "digests.sql")[block]
