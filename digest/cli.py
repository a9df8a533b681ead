"""The command line: reads the environment, makes the clients, wires the parts, turns errors into exit codes.

Every option can also be given as a variable, so that a Job needs no command line at all.
"""

import logging
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from digest.capture import prove_capture, read_capture
from digest.card import render_card, test_card
from digest.check import check as findings
from digest.confirm.settings import ALERTMANAGER_URL, PROMETHEUS_URL
from digest.deadline import Time
from digest.delivery import Cards, Delivery
from digest.due import adhoc_window
from digest.history import Entry, entries, kept
from digest.history import resend as send_again
from digest.job import DIGEST_FROM, DIGEST_KIND, DIGEST_TO, kind_of
from digest.model.client import ModelError, Ollama, new_session
from digest.model.pull import Screen, tell_progress
from digest.model.settings import DIGEST_LLM, read_model
from digest.noise.command import WEEKS, noise_report
from digest.noise.report import NoiseFormat
from digest.noise.report import render as render_noise
from digest.printing import Format, conversation, facts_of, rendered, write
from digest.retention import prune as prune_rows
from digest.run import EXIT_CODES, Previewed, read_only
from digest.run import run as run_digest
from digest.settings import DIGEST_COMMAND, DigestSettings, read_settings
from digest.snapshot import take_snapshot
from digest.wiring import (
    made_by_hand,
    new_log,
    new_parts,
    new_post,
    new_runner,
    preview_of_sources,
    with_database,
)
from store.environment import Reader
from store.errors import AlertgestError, DependencyDownError, SettingsError
from store.patience import patiently
from store.printable import inert
from store.windows import Window

app = typer.Typer(
    help="Turn a night of alerts into one Microsoft Teams card.",
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
Connection = psycopg.Connection[Any]
_PROBE_SECONDS, _SECONDS_BETWEEN_LOOKS = 3.0, 5.0
Clock = Callable[[], datetime]
Wait = Callable[[float], None]
_clock: ContextVar[Clock] = ContextVar("clock", default=lambda: datetime.now(UTC))
_wait: ContextVar[Wait] = ContextVar("wait", default=time.sleep)


FormatOption = Annotated[Format, typer.Option("--format", envvar="DIGEST_FORMAT", help="What to print.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", envvar="DIGEST_OUTPUT", help="Write to this file, not to stdout.")
]
FromOption = Annotated[str, typer.Option("--from", help="Start, as 2026-11-23T18:00 in CAPTURE_WINDOW_TIMEZONE.")]
ToOption = Annotated[str, typer.Option("--to", help="End, in the same form; now if not given.")]
KindOption = Annotated[str, typer.Option("--kind", help="auto, scheduled or adhoc (DIGEST_KIND).")]
NoModelOption = Annotated[bool, typer.Option("--no-llm", help="Ask no language model (DIGEST_LLM=false).")]
PrometheusOption = Annotated[str, typer.Option("--prometheus-url", help="Where Prometheus answers (PROMETHEUS_URL).")]
AlertmanagerOption = Annotated[
    str, typer.Option("--alertmanager-url", help="Where Alertmanager answers (ALERTMANAGER_URL).")
]
IdArgument = Annotated[str, typer.Argument(envvar="DIGEST_ID", help="The id, as `history` prints it.")]


def main(clock: Clock | None = None, wait: Wait = time.sleep) -> None:
    """Run the command line, or where it is empty the one of ``DIGEST_COMMAND``, and end the process.

    ``clock`` stands for the system's where a night is replayed; ``wait`` is how so many seconds pass.
    """
    if clock:
        _clock.set(clock)
    _wait.set(wait)
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # libraries log what programs of others print
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = sys.argv[1:] or shlex.split(os.environ.get(DIGEST_COMMAND.name) or str(DIGEST_COMMAND.default))
    try:
        app(arguments, prog_name="alertgest-digest")
    except AlertgestError as error:
        sys.stderr.write(f"{inert(str(error))}\n")
        sys.exit(error.exit_code)


@app.command()
def run(kind: KindOption = "", start: FromOption = "", end: ToOption = "", no_llm: NoModelOption = False) -> None:
    """Make and post the digests that are due; in a Job made by hand, one of the night so far."""
    given = {DIGEST_KIND.name: kind, DIGEST_FROM.name: start, DIGEST_TO.name: end}
    settings = _settings(given | _without_model(no_llm=no_llm))
    _require_webhook(settings)
    span = _span(settings)
    wanted = (
        "adhoc" if span else kind_of(settings.run.kind, settings.run.job_name, lambda: made_by_hand(settings, _time()))
    )
    _end(with_database(settings, lambda conn: run_digest(new_runner(conn, settings, _time()), wanted, span)))


@app.command()
def preview(  # noqa: PLR0913, PLR0917 - each is an option
    form: FormatOption = Format.TEXT,
    output: OutputOption = None,
    start: FromOption = "",
    end: ToOption = "",
    no_llm: NoModelOption = False,
    prometheus_url: PrometheusOption = "",
    alertmanager_url: AlertmanagerOption = "",
) -> None:
    """Print the digest of the night so far, or of a period; nothing is sent or recorded.

    Where no database is set, Prometheus and Alertmanager alone tell the night.
    """
    given = {PROMETHEUS_URL.name: prometheus_url, ALERTMANAGER_URL.name: alertmanager_url}
    given |= {DIGEST_FROM.name: start, DIGEST_TO.name: end} | _without_model(no_llm=no_llm)
    try:
        settings = _settings(given, without_database=True)
    except SettingsError as error:
        raise SettingsError([*error.problems, *_other_way(error.problems)]) from None
    log = new_log(settings, _time())

    def read(conn: Connection) -> Previewed:
        span = _span(settings) or adhoc_window(conn, _now())[1]
        return read_only(conn, settings, new_parts(settings, _time(), log), span, _now())

    if settings.database_url:
        told = with_database(settings, read)
    else:
        told = Previewed(preview_of_sources(settings, _span(settings), _time()), None)
    if form is Format.PROMPT:
        record = told.record
        write(conversation(record.prompt, record.answer) if record else "No model was asked (OLLAMA_BASE_URL).", output)
        return
    facts = told.facts
    write(rendered(facts, form, lambda: render_card(facts, digest_id="preview", possible_repeat=False).card), output)


@app.command()
def history(limit: Annotated[int, typer.Option(envvar="DIGEST_LIMIT", min=1, max=1000)] = 20) -> None:
    """List the newest digests, one line each."""
    settings = _settings()
    for entry in with_database(settings, lambda conn: entries(conn, limit)):
        typer.echo(inert(_line(entry, settings)))


@app.command()
def show(digest_id: IdArgument, form: FormatOption = Format.TEXT, output: OutputOption = None) -> None:
    """Print a past digest as it was."""
    digest = with_database(_settings(), lambda conn: kept(conn, digest_id))
    if form is Format.PROMPT:
        write(conversation(digest.raw_prompt or "", digest.raw_response or ""), output)
        return
    write(rendered(facts_of(digest), form, lambda: digest.card), output)


@app.command()
def resend(digest_id: IdArgument) -> None:
    """Post a past digest once more, as it was."""
    settings = _settings()
    _require_webhook(settings)
    post = new_post(settings, _time())
    _told(with_database(settings, lambda conn: send_again(conn, kept(conn, digest_id), post, _now)))


@app.command()
def check() -> None:
    """Test every dependency and print one line for each; nothing is posted."""
    worst = 0
    for finding in findings(_settings(), _time()):
        typer.echo(inert(f"{'FAIL' if finding.exit_code else 'ok':<5}{finding.name}: {finding.detail}"))
        worst = max(worst, finding.exit_code)
    _end(worst)


@app.command()
def snapshot() -> None:
    """Keep what the cluster forgets: events, ends of containers, rollouts, replicas; and what Alertmanager silences."""
    settings = _settings()
    take_snapshot(settings, _time(), new_log(settings, _time()), typer.echo)


@app.command(name="pull-models")
def pull_models(
    wait: Annotated[int, typer.Option(min=0, help="Seconds to wait for an Ollama that does not answer yet.")] = 0,
) -> None:
    """Fetch the models of the settings into Ollama; what is cut off goes on where it was."""
    reader = Reader(os.environ)
    settings = read_model(reader)
    reader.finish()
    if not settings.base_url:
        raise SettingsError(["OLLAMA_BASE_URL is not set (chart value ollama.baseUrl)"])
    ollama = Ollama(new_session(settings.ca_file), settings.base_url, lambda: _PROBE_SECONDS)
    screen = Screen(sys.stdout, sys.stdout.isatty(), time.monotonic)
    try:
        patiently(ollama.require_answer, ModelError, wait, _SECONDS_BETWEEN_LOOKS, typer.echo)
    except ModelError as error:
        raise DependencyDownError(f"{error}.") from None
    for name in dict.fromkeys(filter(None, (settings.model, settings.fallback))):
        try:
            tell_progress(name, ollama.pull(name), screen)
        except ModelError as error:
            raise DependencyDownError(f"The model {name} was not fetched: {error}.") from None


@app.command()
def noise(
    weeks: Annotated[int, typer.Option(envvar="NOISE_WEEKS", min=1, max=104, help="How far back to look.")] = WEEKS,
    form: Annotated[NoiseFormat, typer.Option("--format", envvar="DIGEST_FORMAT")] = NoiseFormat.TEXT,
    output: OutputOption = None,
) -> None:
    """Say which rules are noise, and what would have made them quiet; nothing is sent or recorded."""
    settings = _settings()
    write(with_database(settings, lambda conn: render_noise(noise_report(conn, settings, weeks, _now()), form)), output)


@app.command()
def prune() -> None:
    """Delete what has been kept long enough; a run does so at its end."""
    settings = _settings()
    gone = with_database(settings, lambda conn: prune_rows(conn, settings.run, _now()))
    typer.echo("\n".join(f"{table}: {count} rows deleted" for table, count in gone.items()))


@app.command(name="test-capture")
def test_capture() -> None:
    """Post an alert of its own to the receiver, find it in the database, and take it away again."""
    for step in prove_capture(read_capture(os.environ), new_session(), _now()):
        typer.echo(inert(f"{'ok':<5}{step}"))


@app.command(name="send-test")
def send_test() -> None:
    """Post a small card that says that the way to the channel works."""
    settings = _settings()
    _require_webhook(settings)
    card = test_card(_now())
    _told(new_post(settings, _time())(Cards(card, card)))


def _settings(options: Mapping[str, str] | None = None, *, without_database: bool = False) -> DigestSettings:
    given = {name: value for name, value in (options or {}).items() if value}
    return read_settings(os.environ | given, without_database=without_database)


def _other_way(problems: list[str]) -> list[str]:
    """Return what helps a newcomer who has no database yet."""
    without = any(problem.startswith("DATABASE_URL is not set") for problem in problems)
    return ["Without a database, --prometheus-url http://localhost:9090 tells the last night."] if without else []


def _without_model(*, no_llm: bool) -> dict[str, str]:
    return {DIGEST_LLM.name: "false"} if no_llm else {}


def _require_webhook(settings: DigestSettings) -> None:
    if not settings.delivery.webhook_url:
        raise SettingsError(["TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)"])


def _span(settings: DigestSettings) -> Window | None:
    start, end = settings.run.start, settings.run.end or _now().replace(microsecond=0)
    if start and start >= end:
        raise SettingsError([f"{DIGEST_FROM.name} is in the future"])
    return Window(start, end) if start else None


def _time() -> Time:
    return Time(_now, time.monotonic, _wait.get())


def _line(entry: Entry, settings: DigestSettings) -> str:
    zone = settings.schedule.zone
    span = f"{entry.period_start.astimezone(zone):%Y-%m-%d %H:%M} - {entry.period_end.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{entry.id}  {span}  {entry.kind:<9}  {entry.state:<7}  {entry.delivery_detail}".rstrip()


def _told(delivery: Delivery) -> None:
    typer.echo(inert(f"{delivery.outcome}: {delivery.detail}"))
    _end(EXIT_CODES[delivery.outcome])


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)


def _now() -> datetime:
    return _clock.get()()
