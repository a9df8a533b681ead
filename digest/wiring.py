"""The parts of a run and what it needs of the world, put together from the settings."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

import psycopg

from digest.card import render_card
from digest.claim import Run
from digest.cluster import observe as cluster
from digest.cluster.join import join
from digest.cluster.model import Observed
from digest.cluster.remember import recall
from digest.cluster.resolve import pods_of
from digest.cluster.summary import BEFORE
from digest.confirm.model import Seen
from digest.confirm.night import facts_of_sources
from digest.confirm.see import see
from digest.deadline import Time
from digest.delivery import Cards, Delivery, Poster, deliver, new_session
from digest.due import latest_window
from digest.facts import Facts, Period
from digest.facts_json import to_json
from digest.model.client import new_session as new_model_session
from digest.model.phrase import Asking, Phrased, phrase
from digest.model.speeds import measured
from digest.noise.model import RuleVerdict
from digest.noise.monday import noise_of_monday
from digest.read import read_facts, record_alerts
from digest.redact import redact
from digest.run import Outside, Parts, Runner
from digest.settings import DigestSettings
from digest.stories.find import with_stories
from store.connect import connect, in_one_sentence
from store.errors import DependencyDownError, SettingsError, StoppedError
from store.log import Log, json_log
from store.migrate import require_current
from store.windows import Window

Connection = psycopg.Connection[Any]
T = TypeVar("T")
_STOPPED = StoppedError("Stopped before it was done; another run takes over.")


def with_database(settings: DigestSettings, use: Callable[[Connection], T]) -> T:
    """Return what ``use`` makes of a connection; a database that goes away meanwhile is a dependency that is down."""
    try:
        with in_one_sentence(settings.database_url), connect(settings.database_url) as conn:
            require_current(conn)
            return use(conn)
    except DependencyDownError as error:
        if _amid(error):
            raise _STOPPED from None
        raise
    except KeyboardInterrupt:
        raise _STOPPED from None


def _amid(error: BaseException) -> bool:
    """Say whether an error came of a signal: amid a statement, the connection cannot even roll back."""
    while error.__context__ and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return isinstance(error, KeyboardInterrupt)


def new_log(settings: DigestSettings, time: Time) -> Log:
    """Return the log of one process, on stderr."""
    return json_log(sys.stderr, time.now, settings.log_level, component="digest", trace_id=uuid4().hex)


def new_runner(conn: Connection, settings: DigestSettings, time: Time) -> Runner:
    """Return a run over a connection."""
    log = new_log(settings, time)
    outside = Outside(time.now, time.wait, new_post(settings, time), log)
    return Runner(conn, settings, new_parts(settings, time, log), outside, Run(uuid4(), settings.run.job_uid))


def new_post(settings: DigestSettings, time: Time) -> Callable[[Cards], Delivery]:
    """Return what posts a card."""
    poster = Poster(new_session(), time.wait, time.now)
    return lambda cards: deliver(poster, settings.delivery, cards)


def new_parts(settings: DigestSettings, time: Time, log: Log) -> Parts:
    """Return the steps between the database and the card."""

    def render(facts: Facts, digest_id: object, possible_repeat: bool) -> Cards:
        first = render_card(facts, digest_id=str(digest_id), possible_repeat=possible_repeat)
        if first.dropped:
            log("warning", "The card was too large; parts were left out.", dropped=first.dropped)
        again = first if possible_repeat else render_card(facts, digest_id=str(digest_id), possible_repeat=True)
        return Cards(first.card, again.card)

    return Parts(
        lambda since: _see(settings, since, time, log),
        read_facts,
        record_alerts,
        lambda since: look(settings, "run", since - BEFORE, time, log),
        _join,
        lambda conn, facts: _phrase(conn, settings, facts, time, log),
        to_json,
        render,
        lambda conn, period: _noise(conn, period, settings, log),
    )


def look(settings: DigestSettings, command: str, since: datetime, time: Time, log: Log) -> Observed | None:
    """Return what a command sees of the cluster; what is missing is logged."""
    observed = cluster.observe(settings.cluster, command, since, time)
    for one in observed.missing if observed else ():
        log("warning", f"Without {one.piece} of the cluster: {one.reason}.")
    return observed


def preview_of_sources(settings: DigestSettings, span: Window | None, time: Time) -> Facts:
    """Return the facts of a period, or of the latest night, from Prometheus and Alertmanager alone.

    Raises DependencyDownError where neither can be asked.
    """
    span = span or latest_window(settings.schedule, time.now())
    sources = settings.confirm
    if span.end < time.now().replace(microsecond=0):  # a past night is told as it was then, which only samples can
        time, sources = replace(time, now=lambda: span.end), replace(sources, alertmanagers=())
    seen = see(sources, span.start, time, webhooks=False)
    if seen is None:
        raise SettingsError(
            ["PROMETHEUS_URL is not set (or --prometheus-url), and Alertmanager alone knows only what fires now"]
        )
    if not (seen.prometheus or seen.alertmanager):
        raise DependencyDownError("\n".join(f"{one}." for one in seen.confirmation.problems))
    period = Period(span.start, span.end, time.now().replace(microsecond=0), settings.schedule.zone.key)
    return redact(with_stories(facts_of_sources(seen, period, settings.alerts)))


def _see(settings: DigestSettings, since: datetime, time: Time, log: Log) -> Seen | None:
    seen = see(settings.confirm, since, time)
    for problem in seen.confirmation.problems if seen else ():
        log("warning", f"{problem}.")
    return seen


def made_by_hand(settings: DigestSettings, time: Time) -> bool | None:
    """Return whether a person made the Job that the program runs in; None where that cannot be known."""
    if not settings.cluster.enabled or not settings.run.namespace:
        return None
    return cluster.made_by_hand(settings.cluster, settings.run.namespace, settings.run.job_name, time)


def _noise(conn: Connection, period: Period, settings: DigestSettings, log: Log) -> tuple[RuleVerdict, ...]:
    """Return the worst rules; a card goes out without them where they cannot be had in time."""
    try:
        return noise_of_monday(conn, period, settings.alerts)
    except psycopg.OperationalError as error:
        if conn.closed:
            raise
        log("warning", f"Without the noisiest rules: the database refused ({type(error).__name__}).")
        return ()


def _join(conn: Connection, facts: Facts, observed: Observed) -> Facts:
    names = [name for group in facts.groups for name in pods_of(group)]
    remembered = recall(conn, facts.period.start - BEFORE, facts.period.cut_off, names)
    return join(facts, observed, remembered)


def _phrase(conn: Connection, settings: DigestSettings, facts: Facts, time: Time, log: Log) -> Phrased | None:
    model, threads = settings.model, settings.model.threads
    session = new_model_session(model.ca_file)
    asking = Asking(model, session, time.monotonic, lambda model: measured(conn, model, threads))
    phrased = phrase(facts, asking)
    if phrased and phrased.phrasing.reason:
        what = "The model's answer was cut short" if phrased.phrasing.model else "Without model text"
        log("warning", f"{what}: {phrased.phrasing.reason}.")
    if phrased and phrased.phrasing.left_out:
        log("warning", "The model did not read all groups; there is no time.", left_out=phrased.phrasing.left_out)
    return phrased
