"""The settings that both sides read: the database, the capture windows, who may post, and what is a heartbeat."""

from typing import Any

import psycopg

from store.environment import Reader, Setting, choice, local_time, words, zone
from store.log import LEVELS
from store.matchers import parse_matchers
from store.windows import Schedule, parse_days


def connection_string(value: str) -> str:
    """Take a connection URL of PostgreSQL, which is a secret and never repeated in the message.

    In a password, a slash ends what PostgreSQL takes for the server, and an @ begins it: its errors would then tell a
    part of the password as the name of a server or a database.
    """
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError("must be a URL that starts with postgresql://")
    try:
        parts = psycopg.conninfo.conninfo_to_dict(value)
    except psycopg.Error:
        raise ValueError("must be a connection URL of PostgreSQL") from None
    if any("@" in str(parts.get(name, "")) for name in ("host", "dbname")):
        raise ValueError("must have its password percent-encoded: %2F for a slash, %40 for an @")
    return value


def _tokens(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [word.partition("=") for word in words(value)]
    if any(not source.strip() or not token.strip() for source, _, token in pairs):
        raise ValueError("must be pairs of a source and its token, source=token,source=token")
    return tuple((source.strip(), token.strip()) for source, _, token in pairs)


def _basic(value: str) -> str:
    if value and ":" not in value:
        raise ValueError("must be user:password")
    return value


DATABASE_URL = Setting(
    "DATABASE_URL",
    connection_string,
    "Where alerts are kept; any PostgreSQL from 14 on, also behind PgBouncer.",
    chart="database.url",
    example="postgresql://alertgest:secret@postgres:5432/alertgest",
    secret=True,
)
CAPTURE_WINDOW_START = Setting(
    "CAPTURE_WINDOW_START",
    local_time,
    "Local time at which a capture window opens.",
    chart="captureWindow.start",
    example="18:00",
    default="18:00",
)
CAPTURE_WINDOW_END = Setting(
    "CAPTURE_WINDOW_END",
    local_time,
    "Local time at which a capture window closes.",
    chart="captureWindow.end",
    example="08:00",
    default="08:00",
)
CAPTURE_WINDOW_TIMEZONE = Setting(
    "CAPTURE_WINDOW_TIMEZONE",
    zone,
    "IANA time zone of both times and of every time on the card.",
    chart="captureWindow.timezone",
    example="Europe/London",
    default="UTC",
)
CAPTURE_WINDOW_DAYS = Setting(
    "CAPTURE_WINDOW_DAYS",
    parse_days,
    "Mornings on which a window closes: daily, or weekdays; with mon-fri the weekend is one window.",
    chart="captureWindow.days",
    example="mon-fri",
    default="mon-fri",
)
APP_LOG_LEVEL = Setting(
    "APP_LOG_LEVEL",
    choice(*LEVELS),
    "From which level on a program logs (JSON, one line each, on stderr).",
    chart="logLevel",
    example="info",
    default="info",
)

AUTH_TOKENS = Setting(
    "AUTH_TOKENS",
    _tokens,
    "Bearer tokens that may post, each with the name of its source; without any, no token is asked for.",
    chart="ingest.auth.tokens",
    example="prod-eu=s3cret,prod-us=s3cret2",
    default="",
    secret=True,
)
AUTH_BASIC = Setting(
    "AUTH_BASIC",
    _basic,
    "User and password of basic authentication, where the sender knows no bearer token.",
    chart="ingest.auth.basic",
    example="alertmanager:s3cret",
    default="",
    secret=True,
)
HEARTBEAT_ALERTS = Setting(
    "HEARTBEAT_ALERTS",
    parse_matchers,
    "Alerts that always fire to prove that the path works; they are no alerts on the card.",
    chart="alerts.heartbeats",
    example='alertname="Watchdog"',
    default='alertname=~"Watchdog|DeadMansSwitch|DeadManSwitch|Heartbeat"',
)


def read_schedule(reader: Reader) -> Schedule:
    """Read the four settings of the capture windows."""
    return Schedule(
        reader.read(CAPTURE_WINDOW_START),
        reader.read(CAPTURE_WINDOW_END),
        reader.read(CAPTURE_WINDOW_TIMEZONE),
        reader.read(CAPTURE_WINDOW_DAYS),
    )


def all_settings() -> list[Setting[Any]]:
    """Return the shared settings in the order of this file, for the documentation."""
    return [value for value in globals().values() if isinstance(value, Setting)]
