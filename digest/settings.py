"""Every setting of the digest, declared once: the documentation's table and the error messages come from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from digest.alert_settings import AlertSettings, read_alerts
from digest.alert_settings import all_settings as alert_settings
from digest.capture import all_settings as capture_settings
from digest.cluster.settings import (
    K8S_CONTEXT_ENABLED,
    K8S_SNAPSHOT_RETENTION_DAYS,
    ClusterSettings,
    read_cluster,
)
from digest.cluster.settings import all_settings as cluster_settings
from digest.confirm.settings import ConfirmSettings, is_any_set, read_confirm
from digest.confirm.settings import all_settings as confirm_settings
from digest.job import DIGEST_FROM, DIGEST_KIND, DIGEST_TO, JOB_NAME, JOB_UID, POD_NAMESPACE
from digest.model.settings import ModelSettings, read_model
from digest.model.settings import all_settings as model_settings
from store.environment import Reader, Setting, choice, integer, optional, text, url
from store.settings import APP_LOG_LEVEL, DATABASE_URL, read_schedule
from store.settings import all_settings as shared_settings
from store.windows import Schedule

TEAMS_WEBHOOK_URL = Setting(
    "TEAMS_WEBHOOK_URL",
    optional(url("https", "http")),
    "The URL of the Teams workflow that posts the card; needed by run, resend and send-test.",
    chart="teams.webhookUrl",
    example="https://default0.environment.api.powerplatform.com/...",
    default="",
    secret=True,
)
FALLBACK_WEBHOOK_URL = Setting(
    "FALLBACK_WEBHOOK_URL",
    optional(url("https", "http")),
    "A second workflow that gets the card where the first one refuses it or does not answer.",
    chart="teams.fallbackWebhookUrl",
    example="https://default0.environment.api.powerplatform.com/...",
    default="",
    secret=True,
)
TEAMS_ENVELOPE = Setting(
    "TEAMS_ENVELOPE",
    choice("message", "card"),
    "What the flow expects: message wraps the card in attachments, card sends it bare.",
    chart="teams.envelope",
    example="message",
    default="message",
)
DIGEST_CATCH_UP = Setting(
    "DIGEST_CATCH_UP",
    integer(1, 31),
    "How many missed windows, the newest, a run covers; older ones are marked as skipped.",
    chart="digest.catchUp",
    example="2",
    default="2",
)
DIGEST_START_TOLERANCE_SECONDS = Setting(
    "DIGEST_START_TOLERANCE_SECONDS",
    integer(0, 3600),
    "How much before the end of its window a digest may be started; it then waits for the end.",
    chart="digest.startToleranceSeconds",
    example="120",
    default="120",
)
DIGEST_LEASE_SECONDS = Setting(
    "DIGEST_LEASE_SECONDS",
    integer(5, 3600),
    "Seconds after which a claim of a run that is gone may be taken over; its own Job need not wait.",
    chart="digest.leaseSeconds",
    example="300",
    default="300",
)
DELIVERY_TIMEOUT_SECONDS = Setting(
    "DELIVERY_TIMEOUT_SECONDS",
    integer(1, 300),
    "Seconds that one try of posting the card may take.",
    chart="teams.timeoutSeconds",
    example="15",
    default="15",
)
DATABASE_WAIT_SECONDS = Setting(
    "DATABASE_WAIT_SECONDS",
    integer(1, 600),
    "Seconds that a statement of the digest may take.",
    chart="database.statementTimeoutSeconds",
    example="60",
    default="60",
)
ALERT_RETENTION_DAYS = Setting(
    "ALERT_RETENTION_DAYS",
    integer(1, 3650),
    "Days that an episode is kept after its last sign of life.",
    chart="retention.alertDays",
    example="30",
    default="30",
)
DIGEST_RETENTION_DAYS = Setting(
    "DIGEST_RETENTION_DAYS",
    integer(1, 3650),
    "Days that digests, deliveries, minutes of receivers and quarantined input are kept.",
    chart="retention.digestDays",
    example="30",
    default="30",
)
ROLLUP_RETENTION_DAYS = Setting(
    "ROLLUP_RETENTION_DAYS",
    integer(1, 3650),
    "Days that the counts of each night are kept, with which later nights are compared.",
    chart="retention.rollupDays",
    example="750",
    default="750",
)
DIGEST_COMMAND = Setting(
    "DIGEST_COMMAND",
    text,
    "What the program does where its command line is empty, with its options.",
    chart="digest.command",
    example="history --limit 20",
    default="run",
)


@dataclass(frozen=True)
class DeliverySettings:
    """Where and how the card is posted; the URLs are secrets."""

    webhook_url: str | None
    fallback_url: str | None
    envelope: str
    timeout_seconds: int


@dataclass(frozen=True)
class RunSettings:
    """How windows are claimed and for how long things are kept."""

    catch_up: int
    start_tolerance: timedelta
    lease: timedelta
    alert_retention: timedelta
    digest_retention: timedelta
    snapshot_retention: timedelta
    kind: str
    """``scheduled``, ``adhoc`` or ``auto``."""
    job_name: str
    job_uid: str
    namespace: str
    start: datetime | None
    """Start and end of an ad-hoc digest, where they are given; aware."""
    end: datetime | None
    rollup_retention: timedelta


@dataclass(frozen=True)
class DigestSettings:
    """All settings of the program, checked."""

    database_url: str
    database_wait_seconds: int
    schedule: Schedule
    alerts: AlertSettings
    delivery: DeliverySettings
    run: RunSettings
    cluster: ClusterSettings
    model: ModelSettings
    confirm: ConfirmSettings
    log_level: str


def read_settings(
    environ: Mapping[str, str], *, without_database: bool = False, options: Mapping[str, str] | None = None
) -> DigestSettings:
    """Read and check every setting; raises SettingsError with all problems at once.

    ``options`` has the option's name for each variable that the command line gave: problems name that.

    With ``without_database``, no database is needed where Prometheus or Alertmanager is set: its URL is then empty, and
    no cluster is looked at unless a variable asks for it.
    """
    database = any(environ.get(name) for name in (DATABASE_URL.name, f"{DATABASE_URL.name}_FILE"))
    alone = without_database and not database and is_any_set(environ)
    reader = Reader({K8S_CONTEXT_ENABLED.name: "false"} | dict(environ) if alone else environ, options)
    schedule = read_schedule(reader)
    settings = DigestSettings(
        "" if alone else reader.read(DATABASE_URL),
        reader.read(DATABASE_WAIT_SECONDS),
        schedule,
        read_alerts(reader),
        _delivery(reader),
        _run(reader, schedule.zone),
        read_cluster(reader),
        read_model(reader),
        read_confirm(reader),
        reader.read(APP_LOG_LEVEL),
    )
    reader.finish()
    return settings


def all_settings() -> list[Setting[Any]]:
    """Return the digest's own settings in the order of this file, for the documentation."""
    elsewhere = [*shared_settings(), *cluster_settings(), *model_settings()]
    own = [value for value in globals().values() if isinstance(value, Setting) and value not in elsewhere]
    return [*own, *alert_settings(), *confirm_settings(), *cluster_settings(), *model_settings(), *capture_settings()]


def _delivery(reader: Reader) -> DeliverySettings:
    return DeliverySettings(
        reader.read(TEAMS_WEBHOOK_URL),
        reader.read(FALLBACK_WEBHOOK_URL),
        reader.read(TEAMS_ENVELOPE),
        reader.read(DELIVERY_TIMEOUT_SECONDS),
    )


def _run(reader: Reader, zone: ZoneInfo | None) -> RunSettings:
    start, end = _aware(reader.read(DIGEST_FROM), zone), _aware(reader.read(DIGEST_TO), zone)
    if end and not start:
        reader.problems.append(f"{reader.name(DIGEST_TO)} needs {reader.name(DIGEST_FROM)}, the start of the period")
    elif start and end and start >= end:
        reader.problems.append(f"{reader.name(DIGEST_FROM)} must be before {reader.name(DIGEST_TO)}")
    return RunSettings(
        reader.read(DIGEST_CATCH_UP),
        _seconds(reader.read(DIGEST_START_TOLERANCE_SECONDS)),
        _seconds(reader.read(DIGEST_LEASE_SECONDS)),
        timedelta(days=reader.read(ALERT_RETENTION_DAYS) or 0),
        timedelta(days=reader.read(DIGEST_RETENTION_DAYS) or 0),
        timedelta(days=reader.read(K8S_SNAPSHOT_RETENTION_DAYS) or 0),
        reader.read(DIGEST_KIND),
        reader.read(JOB_NAME),
        reader.read(JOB_UID),
        reader.read(POD_NAMESPACE),
        start,
        end,
        timedelta(days=reader.read(ROLLUP_RETENTION_DAYS) or 0),
    )


def _aware(value: datetime | None, zone: ZoneInfo | None) -> datetime | None:
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=zone or UTC)).astimezone(UTC)


def _seconds(value: int | None) -> timedelta:
    return timedelta(seconds=value or 0)
