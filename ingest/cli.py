"""``alertgest-ingest serve`` and ``alertgest-ingest migrate``."""

import argparse
import os
import sys
from datetime import UTC, datetime

from ingest.app import Clock, Receiver, create_app
from ingest.server import serve
from ingest.settings import migration_url, read_settings
from store.connect import connect, in_one_sentence
from store.errors import AlertgestError, DependencyDownError, SettingsError
from store.log import json_log, take_over_logging
from store.migrate import Migration, migrate
from store.patience import patiently
from store.printable import inert

_SERVE = "Receive webhooks on APP_PORT and show metrics on APP_METRICS_PORT until SIGTERM."
_MIGRATE = (
    "Bring the schema of the database up to date; safe to run twice and from two places."
    " It uses MIGRATION_DATABASE_URL, or without it DATABASE_URL."
)
_ENDING = """\
Settings are environment variables; the least that is needed is DATABASE_URL.
Exit codes: 0 done; 1 unexpected; 2 wrong usage; 3 settings that cannot work;
4 the database does not answer.

Examples:
  alertgest-ingest migrate --wait 60
  alertgest-ingest serve
"""


def main(clock: Clock = lambda: datetime.now(UTC)) -> None:
    """Run the command that the arguments name; what goes wrong is told on stderr and by the exit code.

    ``clock`` gives the time of receipt; a replay has its own.
    """
    parser = _parser()
    given = parser.parse_args()
    try:
        _migrate(given.wait) if given.command == "migrate" else _serve(clock)
    except AlertgestError as error:
        print(inert(str(error)), file=sys.stderr)  # noqa: T201
        raise SystemExit(error.exit_code) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alertgest-ingest",
        description="Keep every alert of Alertmanager.",
        epilog=_ENDING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="receive webhooks until SIGTERM", description=_SERVE)
    migration = commands.add_parser("migrate", help="bring the schema of the database up to date", description=_MIGRATE)
    migration.add_argument(
        "--wait", type=int, default=0, metavar="SECONDS", help="how long to wait until the database answers (default 0)"
    )
    return parser


def _serve(clock: Clock) -> None:
    settings = read_settings(os.environ)
    log = json_log(sys.stderr, lambda: datetime.now(UTC), settings.log_level, component="ingest")
    take_over_logging(log)
    try:
        serve(create_app(Receiver(settings, clock, log)), settings)
    except OSError as error:
        ports = f"APP_PORT ({settings.port}) or APP_METRICS_PORT ({settings.metrics_port})"
        raise SettingsError([f"{ports} cannot be listened on: {error.strerror}"]) from None


def _migrate(wait: int) -> None:
    url = migration_url(os.environ)
    applied = patiently(lambda: _migrated(url), DependencyDownError, wait, 1, _told)
    done = ", ".join(f"{migration.version:04d}_{migration.name}" for migration in applied)
    print(f"applied {done}" if done else "the schema is up to date")  # noqa: T201


def _migrated(url: str) -> list[Migration]:
    with in_one_sentence(url), connect(url) as conn:
        return migrate(conn)


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201
