"""Every setting of the receiver, declared once: the documentation's table and the error messages come from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.environment import Reader, Setting, choice, integer, optional
from store.matchers import MatcherSet
from store.settings import (
    APP_LOG_LEVEL,
    AUTH_BASIC,
    AUTH_TOKENS,
    DATABASE_URL,
    HEARTBEAT_ALERTS,
    connection_string,
    read_schedule,
)
from store.settings import all_settings as shared_settings
from store.windows import Schedule

APP_PORT = Setting(
    "APP_PORT",
    integer(1, 65535),
    "Port of the receiver.",
    chart="set by the chart",
    example="8080",
    default="8080",
)
APP_METRICS_PORT = Setting(
    "APP_METRICS_PORT",
    integer(1, 65535),
    "Port on which the metrics are served as well.",
    chart="set by the chart",
    example="9090",
    default="9090",
)
DATABASE_POOL_SIZE = Setting(
    "DATABASE_POOL_SIZE",
    integer(1, 100),
    "Connections to PostgreSQL that a replica keeps.",
    chart="database.poolSize",
    example="8",
    default="8",
)
CAPTURE_OUTSIDE_WINDOW = Setting(
    "CAPTURE_OUTSIDE_WINDOW",
    choice("store", "discard"),
    "What becomes of alerts outside a capture window; news of a stored episode is always kept.",
    chart="captureWindow.outside",
    example="store",
    default="store",
)
MAX_BODY_BYTES = Setting(
    "MAX_BODY_BYTES",
    integer(1024, 1 << 30),
    "Largest body; 10,000 alerts are about 10 MB.",
    chart="ingest.limits.bodyBytes",
    example="33554432",
    default="33554432",
)
MAX_ALERTS = Setting(
    "MAX_ALERTS",
    integer(1, 1_000_000),
    "Most alerts in one body.",
    chart="ingest.limits.alerts",
    example="20000",
    default="20000",
)
MAX_IN_FLIGHT_BYTES = Setting(
    "MAX_IN_FLIGHT_BYTES",
    integer(1024, 1 << 34),
    "Bytes of bodies held at once; beyond them senders are told to try again.",
    chart="ingest.limits.inFlightBytes",
    example="67108864",
    default="67108864",
)
READ_TIMEOUT_SECONDS = Setting(
    "READ_TIMEOUT_SECONDS",
    integer(1, 300),
    "Seconds that a sender may take to send the head of a request, and as many for its body.",
    chart="ingest.limits.readTimeoutSeconds",
    example="10",
    default="10",
)
MIGRATION_DATABASE_URL = Setting(
    "MIGRATION_DATABASE_URL",
    optional(connection_string),
    "Another role's URL for `alertgest-ingest migrate`; without it DATABASE_URL is used.",
    chart="database.migrationUrl",
    example="postgresql://owner:secret@postgres:5432/alertgest",
    default="",
    secret=True,
)


@dataclass(frozen=True)
class Limits:
    """What keeps a small pod alive whatever is sent."""

    body_bytes: int
    alerts: int
    in_flight_bytes: int
    read_seconds: int


@dataclass(frozen=True)
class IngestSettings:
    """All settings of the receiver, checked; secrets are not part of its printed form."""

    database_url: str = field(repr=False)
    port: int
    metrics_port: int
    pool_size: int
    schedule: Schedule
    discard_outside: bool
    tokens: tuple[tuple[str, str], ...] = field(repr=False)
    basic: str = field(repr=False)
    limits: Limits
    log_level: str
    heartbeats: tuple[MatcherSet, ...]


def read_settings(environ: Mapping[str, str]) -> IngestSettings:
    """Read and check every setting; raises SettingsError with all problems at once."""
    reader = Reader(environ)
    settings = IngestSettings(
        reader.read(DATABASE_URL),
        reader.read(APP_PORT),
        reader.read(APP_METRICS_PORT),
        reader.read(DATABASE_POOL_SIZE),
        read_schedule(reader),
        reader.read(CAPTURE_OUTSIDE_WINDOW) == "discard",
        reader.read(AUTH_TOKENS),
        reader.read(AUTH_BASIC),
        Limits(
            reader.read(MAX_BODY_BYTES),
            reader.read(MAX_ALERTS),
            reader.read(MAX_IN_FLIGHT_BYTES),
            reader.read(READ_TIMEOUT_SECONDS),
        ),
        reader.read(APP_LOG_LEVEL),
        reader.read(HEARTBEAT_ALERTS),
    )
    reader.finish()
    return settings


def migration_url(environ: Mapping[str, str]) -> str:
    """Return the URL that migrations use; raises SettingsError."""
    reader = Reader(environ)
    url = reader.read(MIGRATION_DATABASE_URL) or reader.read(DATABASE_URL)
    reader.finish()
    return url


def all_settings() -> list[Setting[Any]]:
    """Return the receiver's own settings in the order of this file, for the documentation."""
    shared = shared_settings()
    return [value for value in globals().values() if isinstance(value, Setting) and value not in shared]
