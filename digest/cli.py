"""The command line: reads the environment, makes the clients, wires the parts, turns errors into exit codes.

Every option can also be given as a variable, so that a Job needs no command line at all.
"""

import json
import logging
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import uuid4

import psycopg
import typer

from digest.card import render_card, test_card
from digest.check import check as findings
from digest.cluster.join import join
from digest.cluster.model import Observed
from digest.cluster.observe import Time, made_by_hand, observe
from digest.cluster.remember import recall, remember
from digest.cluster.resolve import pods_of
from digest.cluster.summary import BEFORE
from digest.delivery import Card, Delivery, Poster, deliver, new_session
from digest.due import adhoc_window
from digest.facts import Facts
from digest.facts_json import from_json, to_json
from digest.history import Entry, Kept, entries, kept
from digest.history import resend as send_again
from digest.html import render_html
from digest.job import DIGEST_FROM, DIGEST_KIND, DIGEST_TO, kind_of
from digest.read import read_facts, record_alerts
from digest.retention import prune as prune_rows
from digest.run import EXIT_CODES, Outside, Parts, Runner, read_only
from digest.run import run as run_digest
from digest.settings import DIGEST_COMMAND, DigestSettings, read_settings
from digest.text import render_text
from store.connect import connect, unreachable
from store.errors import AlertgestError, DependencyDownError, SettingsError, StoppedError
from store.log import Log, json_log
from store.migrate import require_current
from store.windows import Window

app = typer.Typer(
    help="Turn a night of alerts into one Microsoft Teams card.",
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
Connection = psycopg.Connection[Any]
T = TypeVar("T")
Clock = Callable[[], datetime]
_clock: ContextVar[Clock] = ContextVar("clock", default=lambda: datetime.now(UTC))


class Format(StrEnum):
    """How a digest is printed."""

    CARD = "card"
    TEXT = "text"
    HTML = "html"
    FACTS = "facts"


FormatOption = Annotated[Format, typer.Option("--format", envvar="DIGEST_FORMAT", help="What to print.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", envvar="DIGEST_OUTPUT", help="Write to this file, not to stdout.")
]
FromOption = Annotated[str, typer.Option("--from", help="Start of the period (DIGEST_FROM).")]
ToOption = Annotated[str, typer.Option("--to", help="End of the period, now if not given (DIGEST_TO).")]
KindOption = Annotated[str, typer.Option("--kind", help="auto, scheduled or adhoc (DIGEST_KIND).")]
IdArgument = Annotated[str, typer.Argument(envvar="DIGEST_ID", help="The id, as `history` prints it.")]


def main(clock: Clock | None = None) -> None:
    """Run the command line, or where it is empty the one of ``DIGEST_COMMAND``, and end the process.

    ``clock`` stands for the system's where a night is replayed.
    """
    if clock:
        _clock.set(clock)
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # libraries log what programs of others print
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = sys.argv[1:] or shlex.split(os.environ.get(DIGEST_COMMAND.name) or str(DIGEST_COMMAND.default))
    try:
        app(arguments, prog_name="alertgest-digest")
    except AlertgestError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


@app.command()
def run(kind: KindOption = "", start: FromOption = "", end: ToOption = "") -> None:
    """Make and post the digests that are due; in a Job made by hand, one of the night so far."""
    settings = _settings({DIGEST_KIND.name: kind, DIGEST_FROM.name: start, DIGEST_TO.name: end})
    _require_webhook(settings)
    span = _span(settings)
    wanted = "adhoc" if span else kind_of(settings.run.kind, settings.run.job_name, lambda: _made_by_hand(settings))
    _end(_with_database(settings, lambda conn: run_digest(_runner(conn, settings), wanted, span)))


@app.command()
def preview(
    form: FormatOption = Format.TEXT, output: OutputOption = None, start: FromOption = "", end: ToOption = ""
) -> None:
    """Print the digest of the night so far, or of a period; nothing is sent or recorded."""
    settings = _settings({DIGEST_FROM.name: start, DIGEST_TO.name: end})

    def facts(conn: Connection) -> Facts:
        span = _span(settings) or adhoc_window(conn, _now())[1]
        return read_only(conn, settings, _parts(settings, _log(settings)), span, _now())

    told = _with_database(settings, facts)
    _write(_rendered(told, form, lambda: render_card(told, digest_id="preview", possible_repeat=False).card), output)


@app.command()
def history(limit: Annotated[int, typer.Option(envvar="DIGEST_LIMIT", min=1, max=1000)] = 20) -> None:
    """List the newest digests, one line each."""
    settings = _settings()
    for entry in _with_database(settings, lambda conn: entries(conn, limit)):
        typer.echo(_line(entry, settings))


@app.command()
def show(digest_id: IdArgument, form: FormatOption = Format.TEXT, output: OutputOption = None) -> None:
    """Print a past digest as it was."""
    digest = _with_database(_settings(), lambda conn: kept(conn, digest_id))
    _write(_rendered(_facts(digest), form, lambda: digest.card), output)


@app.command()
def resend(digest_id: IdArgument) -> None:
    """Post a past digest once more, as it was."""
    settings = _settings()
    _require_webhook(settings)
    post = _post(settings)
    _told(_with_database(settings, lambda conn: send_again(conn, kept(conn, digest_id), post, _now)))


@app.command()
def check() -> None:
    """Test every dependency and print one line for each; nothing is posted."""
    worst = 0
    for finding in findings(_settings(), _time()):
        typer.echo(f"{'FAIL' if finding.exit_code else 'ok':<5}{finding.name}: {finding.detail}")
        worst = max(worst, finding.exit_code)
    _end(worst)


@app.command()
def snapshot() -> None:
    """Keep what the cluster forgets: warning events, ends of containers, rollouts, replicas, conditions of nodes."""
    settings = _settings()
    observed = _observe(settings, "snapshot", _now() - BEFORE, _log(settings))
    if observed is None or not observed.looked:
        typer.echo("Nothing to look at: K8S_CONTEXT_ENABLED is false, or there is no cluster.")
        return
    new = _with_database(settings, lambda conn: remember(conn, observed.observations))
    typer.echo(f"{len(observed.observations):,} seen, {new:,} of them new or changed")
    if observed.missing and not observed.observations:
        raise DependencyDownError(f"Nothing of the cluster could be read: {observed.missing[0].reason}.")


@app.command()
def prune() -> None:
    """Delete what has been kept long enough; a run does so at its end."""
    settings = _settings()
    gone = _with_database(settings, lambda conn: prune_rows(conn, settings.run, _now()))
    typer.echo("\n".join(f"{table}: {count} rows deleted" for table, count in gone.items()))


@app.command(name="send-test")
def send_test() -> None:
    """Post a small card that says that the way to the channel works."""
    settings = _settings()
    _require_webhook(settings)
    _told(_post(settings)(test_card(_now())))


def _settings(options: Mapping[str, str] | None = None) -> DigestSettings:
    given = {name: value for name, value in (options or {}).items() if value}
    return read_settings(os.environ | given)


def _require_webhook(settings: DigestSettings) -> None:
    if not settings.delivery.webhook_url:
        raise SettingsError(["TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)"])


def _span(settings: DigestSettings) -> Window | None:
    start, end = settings.run.start, settings.run.end or _now().replace(microsecond=0)
    if start and start >= end:
        raise SettingsError([f"{DIGEST_FROM.name} is in the future"])
    return Window(start, end) if start else None


def _with_database(settings: DigestSettings, use: Callable[[Connection], T]) -> T:
    """Return what ``use`` makes of a connection; a database that goes away meanwhile is a dependency that is down."""
    try:
        with connect(settings.database_url) as conn:
            require_current(conn)
            return use(conn)
    except psycopg.OperationalError as error:
        raise DependencyDownError(unreachable(settings.database_url, error)) from None
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise AlertgestError(f"The database refused a statement ({type(error).__name__}): {reason}") from None
    except KeyboardInterrupt:
        raise StoppedError("Stopped before it was done; another run takes over.") from None


def _runner(conn: Connection, settings: DigestSettings) -> Runner:
    log = _log(settings)
    return Runner(conn, settings, _parts(settings, log), Outside(_now, time.sleep, _post(settings), log), uuid4())


def _parts(settings: DigestSettings, log: Log) -> Parts:
    def render(facts: Facts, digest_id: object, possible_repeat: bool) -> Card:
        rendered = render_card(facts, digest_id=str(digest_id), possible_repeat=possible_repeat)
        if rendered.dropped:
            log("warning", "The card was too large; parts were left out.", dropped=rendered.dropped)
        return rendered.card

    def look(since: datetime) -> Observed | None:
        return _observe(settings, "run", since - BEFORE, log)

    def with_cluster(conn: Connection, facts: Facts, observed: Observed) -> Facts:
        names = [name for group in facts.groups for name in pods_of(group)]
        remembered = recall(conn, facts.period.start - BEFORE, facts.period.cut_off, names)
        return join(facts, observed, remembered)

    return Parts(read_facts, record_alerts, look, with_cluster, to_json, render)


def _observe(settings: DigestSettings, command: str, since: datetime, log: Log) -> Observed | None:
    observed = observe(settings.cluster, command, since, _time())
    for one in observed.missing if observed else ():
        log("warning", f"Without {one.piece} of the cluster: {one.reason}.")
    return observed


def _made_by_hand(settings: DigestSettings) -> bool | None:
    if not settings.cluster.enabled or not settings.run.namespace:
        return None
    return made_by_hand(settings.cluster, settings.run.namespace, settings.run.job_name, _time())


def _time() -> Time:
    return Time(_now, time.monotonic, time.sleep)


def _post(settings: DigestSettings) -> Callable[[Card], Delivery]:
    poster = Poster(new_session(), time.sleep, _now)
    return lambda card: deliver(poster, settings.delivery, card)


def _log(settings: DigestSettings) -> Log:
    return json_log(sys.stderr, _now, settings.log_level, component="digest", trace_id=uuid4().hex)


def _rendered(facts: Facts, form: Format, card: Callable[[], Card]) -> str:
    if form is Format.TEXT:
        return render_text(facts)
    if form is Format.HTML:
        return render_html(facts)
    value = to_json(facts) if form is Format.FACTS else card()
    return json.dumps(value, ensure_ascii=False, indent=2)


def _facts(digest: Kept) -> Facts:
    try:
        return from_json(digest.facts)
    except ValueError as error:
        raise AlertgestError(f"The digest {digest.id} cannot be shown: {error}.") from None


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text.rstrip("\n"))
        return
    try:
        output.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError([f"{output} cannot be written: {error.strerror}"]) from None


def _line(entry: Entry, settings: DigestSettings) -> str:
    zone = settings.schedule.zone
    span = f"{entry.period_start.astimezone(zone):%Y-%m-%d %H:%M} - {entry.period_end.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{entry.id}  {span}  {entry.kind:<9}  {entry.state:<7}  {entry.delivery_detail}".rstrip()


def _told(delivery: Delivery) -> None:
    typer.echo(f"{delivery.outcome}: {delivery.detail}")
    _end(EXIT_CODES[delivery.outcome])


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)


def _now() -> datetime:
    return _clock.get()()
