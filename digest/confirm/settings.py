"""The settings of the sources that confirm what webhooks told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store.environment import Reader, Setting, integer, optional, readable_file, url, words

_URL = url("http", "https")


def _urls(value: str) -> tuple[str, ...]:
    return tuple(_URL(one).rstrip("/") for one in words(value))


def _token(value: str) -> str:
    if not value.isascii() or any(char.isspace() for char in value):
        raise ValueError("must be one word of ASCII")
    return value


def _basic(value: str) -> str:
    if value and ":" not in value:
        raise ValueError("must be user:password")
    return value


ALERTMANAGER_URL = Setting(
    "ALERTMANAGER_URL",
    _urls,
    "Where Alertmanager answers, all peers with commas: it is asked what fires, what is silenced and why.",
    chart="alertmanager.url",
    example="http://alertmanager-operated.monitoring:9093",
    default="",
)
ALERTMANAGER_BEARER_TOKEN = Setting(
    "ALERTMANAGER_BEARER_TOKEN",
    _token,
    "A token that lets the digest in at Alertmanager.",
    chart="alertmanager.bearerToken",
    example="eyJhbGciOi...",
    default="",
    secret=True,
)
ALERTMANAGER_BASIC_AUTH = Setting(
    "ALERTMANAGER_BASIC_AUTH",
    _basic,
    "User and password for Alertmanager, where it asks for them.",
    chart="alertmanager.basicAuth",
    example="alertgest:password",
    default="",
    secret=True,
)
ALERTMANAGER_CA_FILE = Setting(
    "ALERTMANAGER_CA_FILE",
    optional(readable_file),
    "A file with the certificates that vouch for an Alertmanager behind https, where no public authority does.",
    chart="alertmanager.caFile",
    example="/etc/alertgest/ca/ca.crt",
    default="",
)
ALERTMANAGER_SETTLE_SECONDS = Setting(
    "ALERTMANAGER_SETTLE_SECONDS",
    integer(1, 86_400),
    "Seconds after its start until an Alertmanager knows again all that fires: rules' intervals and Prometheus' resend "
    "delay; what it does not list before that is not taken for cleared.",
    chart="alertmanager.settleSeconds",
    example="300",
    default="300",
)
PROMETHEUS_URL = Setting(
    "PROMETHEUS_URL",
    optional(url("http", "https")),
    "Where Prometheus, or what speaks its API, answers: its ALERTS tell what no webhook did.",
    chart="prometheus.url",
    example="http://prometheus-operated.monitoring:9090",
    default="",
)
PROMETHEUS_BEARER_TOKEN = Setting(
    "PROMETHEUS_BEARER_TOKEN",
    _token,
    "A token that lets the digest in at Prometheus.",
    chart="prometheus.bearerToken",
    example="eyJhbGciOi...",
    default="",
    secret=True,
)
PROMETHEUS_BASIC_AUTH = Setting(
    "PROMETHEUS_BASIC_AUTH",
    _basic,
    "User and password for Prometheus, where it asks for them.",
    chart="prometheus.basicAuth",
    example="alertgest:password",
    default="",
    secret=True,
)
PROMETHEUS_CA_FILE = Setting(
    "PROMETHEUS_CA_FILE",
    optional(readable_file),
    "A file with the certificates that vouch for a Prometheus behind https, where no public authority does.",
    chart="prometheus.caFile",
    example="/etc/alertgest/ca/ca.crt",
    default="",
)
CONFIRM_TIMEOUT_SECONDS = Setting(
    "CONFIRM_TIMEOUT_SECONDS",
    integer(1, 300),
    "Seconds for all that Alertmanager is asked, and as many for Prometheus; without an answer, the card says so.",
    chart="prometheus.timeoutSeconds",
    example="20",
    default="20",
)


@dataclass(frozen=True)
class Access:
    """How one of the sources lets us in; token and password are secrets."""

    token: str = ""
    basic: str = ""
    """``user:password``; empty for none."""
    ca_file: str = ""
    """Certificates that vouch for the server; empty for the public ones."""


@dataclass(frozen=True)
class ConfirmSettings:
    """Which sources are asked, and for how long."""

    alertmanagers: tuple[str, ...] = ()
    alertmanager_access: Access = Access()
    settle_seconds: int = 300
    prometheus: str = ""
    prometheus_access: Access = Access()
    timeout_seconds: int = 20

    @property
    def longest_seconds(self) -> int:
        """The longest time that asking takes."""
        return self.timeout_seconds * (bool(self.alertmanagers) + bool(self.prometheus))


def read_confirm(reader: Reader) -> ConfirmSettings:
    """Read the settings of the sources."""
    return ConfirmSettings(
        reader.read(ALERTMANAGER_URL),
        _access(reader, ALERTMANAGER_BEARER_TOKEN, ALERTMANAGER_BASIC_AUTH, ALERTMANAGER_CA_FILE),
        reader.read(ALERTMANAGER_SETTLE_SECONDS),
        (reader.read(PROMETHEUS_URL) or "").rstrip("/"),
        _access(reader, PROMETHEUS_BEARER_TOKEN, PROMETHEUS_BASIC_AUTH, PROMETHEUS_CA_FILE),
        reader.read(CONFIRM_TIMEOUT_SECONDS),
    )


def is_any_set(environ: Mapping[str, str]) -> bool:
    """Say whether any source is to be asked."""
    return any(environ.get(setting.name) for setting in (ALERTMANAGER_URL, PROMETHEUS_URL))


def all_settings() -> list[Setting[Any]]:
    """Return these settings in the order of this file, for the documentation."""
    return [value for value in globals().values() if isinstance(value, Setting)]


def _access(reader: Reader, token: Setting[str], basic: Setting[str], ca: Setting[str | None]) -> Access:
    access = Access(reader.read(token) or "", reader.read(basic) or "", reader.read(ca) or "")
    if access.token and access.basic:
        reader.problems.append(f"{token.name} and {basic.name} are both set; keep one (chart value {token.chart})")
    return access
