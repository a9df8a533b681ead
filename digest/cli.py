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
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import psycopg
import typer

from digest.capture import prove_capture, read_capture
from digest.card import render_card, test_card
from digest.check import check as findings
from digest.confirm.settings import ALERTMANAGER_URL, PROMETHEUS_URL
from digest.deadline import Time
from digest.delivery import Card, Cards, Delivery
from digest.due import adhoc_window
from digest.facts import Facts
from digest.history import entries, kept
from digest.history import resend as send_again
from digest.job import DIGEST_FROM, DIGEST_KIND, DIGEST_TO, kind_of
from digest.model.client import new_session
from digest.model.command import pull
from digest.model.settings import DIGEST_LLM, read_model
from digest.noise.command import WEEKS, noise_report
from digest.noise.report import NoiseFormat
from digest.options import (
    ENDING,
    OPTIONS,
    AlertmanagerOption,
    FormatOption,
    FromOption,
    IdArgument,
    KindOption,
    LimitOption,
    NoiseOption,
    NoModelOption,
    OutputOption,
    PrometheusOption,
    ResultFormat,
    ResultOption,
    ToOption,
    WaitOption,
    WeeksOption,
    as_given,
    examples,
)
from digest.printing import Format, conversation, facts_of, rendered, write
from digest.results import (
    HELP,
    night_text,
    noise_text,
    tell_deleted,
    tell_delivery,
    tell_findings,
    tell_history,
    tell_steps,
)
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
from store.printable import inert
from store.windows import Window

app = typer.Typer(
    help="Turn a night of alerts into one Microsoft Teams card.",
    pretty_exceptions_enable=False,
    epilog=ENDING,
    rich_markup_mode=None,
)
Connection = psycopg.Connection[Any]
Clock = Callable[[], datetime]
Wait = Callable[[float], None]
_clock: ContextVar[Clock] = ContextVar("clock", default=lambda: datetime.now(UTC))
_wait: ContextVar[Wait] = ContextVar("wait", default=time.sleep)


def main(clock: Clock | None = None, wait: Wait = time.sleep) -> None:
    """Run the command line, or where it is empty the one of ``DIGEST_COMMAND``, and end the process.

    ``clock`` stands for the system's where a night is replayed; ``wait`` is how so many seconds pass.
    """
    if clock:
        _clock.set(clock)
    _wait.set(wait)
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)  # libraries log what programs of others print
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 lacks signs, and loses no line
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = sys.argv[1:] or shlex.split(os.environ.get(DIGEST_COMMAND.name) or str(DIGEST_COMMAND.default))
    try:
        app(arguments, prog_name="alertgest-digest")
    except AlertgestError as error:
        sys.stderr.write(f"{inert(str(error))}\n")
        sys.exit(error.exit_code)


@app.command(
    epilog=examples("run", "run --kind adhoc", "run --from 2026-11-23T18:00 --to 2026-11-24T08:00", "run --no-llm")
)
def run(kind: KindOption = "", start: FromOption = "", end: ToOption = "", no_llm: NoModelOption = False) -> None:
    """Make and post the digests that are due.

    In a Job made by hand, one of the night so far; with --from, one of that period.
    """
    given = {DIGEST_KIND.name: kind, DIGEST_FROM.name: start, DIGEST_TO.name: end} | _without_model(no_llm=no_llm)
    settings = _settings(given)
    _require_webhook(settings)
    span = _span(settings, given)
    wanted = (
        "adhoc" if span else kind_of(settings.run.kind, settings.run.job_name, lambda: made_by_hand(settings, _time()))
    )
    _end(with_database(settings, lambda conn: run_digest(new_runner(conn, settings, _time()), wanted, span)))


@app.command(
    epilog=examples(
        "preview",
        "preview --prometheus-url http://localhost:9090",
        "preview --from 2026-11-23T18:00 --to 2026-11-24T08:00",
        "preview --format html --output night.html",
    )
)
def preview(  # noqa: PLR0913, PLR0917 - each is an option
    form: FormatOption = Format.TEXT,
    output: OutputOption = None,
    start: FromOption = "",
    end: ToOption = "",
    no_llm: NoModelOption = False,
    prometheus_url: PrometheusOption = "",
    alertmanager_url: AlertmanagerOption = "",
) -> None:
    """Print the digest of the night so far, or of a period.

    Nothing is sent or recorded. Where no database is set, Prometheus and Alertmanager alone tell the night.
    """
    given = {PROMETHEUS_URL.name: prometheus_url, ALERTMANAGER_URL.name: alertmanager_url}
    given |= {DIGEST_FROM.name: start, DIGEST_TO.name: end} | _without_model(no_llm=no_llm)
    try:
        settings = _settings(given, without_database=True)
    except SettingsError as error:
        raise SettingsError([*error.problems, *_other_way(error.problems)]) from None
    told = _previewed(settings, given)
    if form is Format.PROMPT:
        record = told.record
        write(conversation(record.prompt, record.answer) if record else "No model was asked (OLLAMA_BASE_URL).", output)
        return
    card = lambda: render_card(told.facts, digest_id="preview", possible_repeat=False).card  # noqa: E731
    _write_digest(told.facts, form, card, output)


@app.command(epilog=examples("history", "history --limit 5", "history --format json"))
def history(limit: LimitOption = 20, form: ResultOption = ResultFormat.TEXT) -> None:
    """List the newest digests."""
    settings = _settings()
    tell_history(with_database(settings, lambda conn: entries(conn, limit)), settings.schedule.zone, form)


@app.command(epilog=examples("show 3f2a91bc", "show 3f2a91bc --format html --output night.html"))
def show(digest_id: IdArgument, form: FormatOption = Format.TEXT, output: OutputOption = None) -> None:
    """Print a past digest as it was."""
    digest = with_database(_settings(), lambda conn: kept(conn, digest_id))
    if form is Format.PROMPT:
        write(conversation(digest.raw_prompt or "", digest.raw_response or ""), output)
        return
    _write_digest(facts_of(digest), form, lambda: digest.card, output)


@app.command(epilog=examples("resend 3f2a91bc"))
def resend(digest_id: IdArgument, form: ResultOption = ResultFormat.TEXT) -> None:
    """Post a past digest once more, as it was."""
    settings = _settings()
    _require_webhook(settings)
    post = new_post(settings, _time())
    _told(with_database(settings, lambda conn: send_again(conn, kept(conn, digest_id), post, _now)), form)


@app.command(epilog=examples("check", "check --format json"))
def check(form: ResultOption = ResultFormat.TEXT) -> None:
    """Test every dependency and say what is wrong.

    One line for each; nothing is posted. The exit code is that of the worst.
    """
    _end(tell_findings(findings(_settings(), _time()), form))


@app.command(epilog=examples("snapshot"))
def snapshot() -> None:
    """Keep what the cluster forgets before the morning.

    Events, ends of containers, rollouts, replicas; and what Alertmanager silences.
    """
    settings = _settings()
    take_snapshot(settings, _time(), new_log(settings, _time()), typer.echo)


@app.command(name="pull-models", epilog=examples("pull-models", "pull-models --wait 60"))
def pull_models(wait: WaitOption = 0) -> None:
    """Fetch the models of the settings into Ollama.

    What was cut off goes on where it was.
    """
    reader = Reader(os.environ)
    settings = read_model(reader)
    reader.finish()
    if not settings.base_url:
        raise SettingsError(["OLLAMA_BASE_URL is not set (chart value ollama.baseUrl)"])
    pull(settings, wait, sys.stdout)


@app.command(epilog=examples("noise", "noise --weeks 8", "noise --format csv --output noise.csv"))
def noise(weeks: WeeksOption = WEEKS, form: NoiseOption = NoiseFormat.TEXT, output: OutputOption = None) -> None:
    """Say which rules are noise, and what helps.

    What would have made them quiet is replayed from their own firings; nothing is sent or recorded.
    """
    settings = _settings()
    report = with_database(settings, lambda conn: noise_report(conn, settings, weeks, _now()))
    write(noise_text(report, form, to_file=output is not None), output)


@app.command(epilog=examples("prune", "prune --format json"))
def prune(form: ResultOption = ResultFormat.TEXT) -> None:
    """Delete what has been kept long enough.

    A run does so at its end; the settings with RETENTION in their names say how long that is.
    """
    settings = _settings()
    tell_deleted(with_database(settings, lambda conn: prune_rows(conn, settings.run, _now())), form)


@app.command(name="test-capture", epilog=examples("test-capture"))
def capture_test(form: ResultOption = ResultFormat.TEXT) -> None:
    """Prove that alerts are captured, with one of its own.

    It is posted to the receiver, found in the database, and taken away again.
    """
    tell_steps(prove_capture(read_capture(os.environ), new_session(), _now()), form)


@app.command(name="send-test", epilog=examples("send-test"))
def send_test(form: ResultOption = ResultFormat.TEXT) -> None:
    """Post a small card that proves the way to Teams."""
    settings = _settings()
    _require_webhook(settings)
    card = test_card(_now())
    _told(new_post(settings, _time())(Cards(card, card)), form)


def _previewed(settings: DigestSettings, given: Mapping[str, str]) -> Previewed:
    if not settings.database_url:
        try:
            return Previewed(preview_of_sources(settings, _span(settings, given), _time()), None)
        except DependencyDownError as error:
            raise DependencyDownError(as_given(str(error), given)) from None
    log = new_log(settings, _time())

    def read(conn: Connection) -> Previewed:
        span = _span(settings, given) or adhoc_window(conn, _now())[1]
        return read_only(conn, settings, new_parts(settings, _time(), log), span, _now())

    return with_database(settings, read)


def _write_digest(facts: Facts, form: Format, card: Callable[[], Card], output: Path | None) -> None:
    if form is Format.TEXT:
        write(night_text(facts, to_file=output is not None), output)
    else:
        write(rendered(facts, form, card), output)


def _settings(options: Mapping[str, str] | None = None, *, without_database: bool = False) -> DigestSettings:
    given = {name: value for name, value in (options or {}).items() if value}
    asked = options if given and options else {}
    names = {name: OPTIONS[name] for name in asked if name in given or not os.environ.get(name)}
    return read_settings(os.environ | given, without_database=without_database, options=names)


def _other_way(problems: list[str]) -> list[str]:
    """Return what helps a newcomer who has no database yet."""
    without = any(problem.startswith("DATABASE_URL is not set") for problem in problems)
    return ["Without a database, --prometheus-url http://localhost:9090 tells the last night."] if without else []


def _without_model(*, no_llm: bool) -> dict[str, str]:
    return {DIGEST_LLM.name: "false"} if no_llm else {}


def _require_webhook(settings: DigestSettings) -> None:
    if not settings.delivery.webhook_url:
        raise SettingsError(["TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)"])


def _span(settings: DigestSettings, given: Mapping[str, str]) -> Window | None:
    start, end = settings.run.start, settings.run.end or _now().replace(microsecond=0)
    if start and start >= end:
        raise SettingsError([as_given(f"{DIGEST_FROM.name} is in the future; it must be before now", given)])
    return Window(start, end) if start else None


def _time() -> Time:
    return Time(_now, time.monotonic, _wait.get())


def _told(delivery: Delivery, form: ResultFormat) -> None:
    tell_delivery(delivery, form)
    if delivery.outcome in HELP:
        typer.echo(HELP[delivery.outcome], err=True)
    _end(EXIT_CODES[delivery.outcome])


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)


def _now() -> datetime:
    return _clock.get()()
