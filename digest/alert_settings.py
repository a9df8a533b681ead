"""The settings of how alerts are read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from digest.severity import Severities, parse_aliases
from store.environment import Reader, Setting, integer, text, words
from store.matchers import MatcherSet, parse_matchers
from store.settings import HEARTBEAT_ALERTS

_FEWEST_SEVERITIES = 2

CLUSTER_NAME = Setting(
    "CLUSTER_NAME", text, "The name of this cluster on the card.", chart="cluster.name", example="prod-eu", default=""
)
CLUSTER_LABEL = Setting(
    "CLUSTER_LABEL",
    text,
    "The label that tells clusters apart; groups keep to one of its values.",
    chart="cluster.label",
    example="cluster",
    default="cluster",
)
OWNER_LABEL = Setting(
    "OWNER_LABEL",
    text,
    "The label that names who owns an alert.",
    chart="alerts.ownerLabel",
    example="team",
    default="team",
)
SEVERITY_ORDER = Setting(
    "SEVERITY_ORDER",
    lambda value: words(value.lower()),
    "Severities from the worst to the least; others rank just above the last and are shown as sent.",
    chart="alerts.severityOrder",
    example="critical,warning,info",
    default="critical,warning,info",
)
SEVERITY_ALIASES = Setting(
    "SEVERITY_ALIASES",
    parse_aliases,
    "Other names of the severities in the order.",
    chart="alerts.severityAliases",
    example="page=critical,major=warning",
    default="page=critical,error=critical,major=critical,p1=critical,high=critical,p2=warning,minor=warning,warn=warning,"
    "p3=info,p4=info,low=info,notice=info,none=info",
)
ATTENTION_SEVERITY = Setting(
    "ATTENTION_SEVERITY",
    str.lower,
    "From which severity on a firing or stale alert requires attention.",
    chart="alerts.attentionSeverity",
    example="warning",
    default="warning",
)
ALERT_EXCLUDE = Setting(
    "ALERT_EXCLUDE",
    parse_matchers,
    "Alerts that no digest shows, as matchers of Alertmanager; sets part with a semicolon.",
    chart="alerts.exclude",
    example='alertname="InfoInhibitor";namespace=~"dev-.*"',
    default='alertname="InfoInhibitor"',
)
ALERT_STALE_AFTER = Setting(
    "ALERT_STALE_AFTER",
    integer(60, 2_592_000),
    "Seconds without news after which a firing alert is stale; more than the longest repeat_interval.",
    chart="alerts.staleAfterSeconds",
    example="46800",
    default="46800",
)


@dataclass(frozen=True)
class AlertSettings:
    """How alerts are read: what they are called, what counts, what is left out."""

    cluster_name: str
    cluster_label: str
    owner_label: str
    severities: Severities
    attention_severity: str
    exclude: tuple[MatcherSet, ...]
    heartbeats: tuple[MatcherSet, ...]
    stale_after: timedelta


def read_alerts(reader: Reader) -> AlertSettings:
    """Read the settings of the alerts."""
    order, aliases = reader.read(SEVERITY_ORDER), reader.read(SEVERITY_ALIASES)
    threshold = reader.read(ATTENTION_SEVERITY)
    if order is not None and len(order) < _FEWEST_SEVERITIES:
        reader.refuse(SEVERITY_ORDER, f"must name at least two severities, not {','.join(order)!r}")
    elif order is not None and threshold not in order:
        reader.refuse(ATTENTION_SEVERITY, f"must be one of {', '.join(order)} (SEVERITY_ORDER), not {threshold!r}")
    return AlertSettings(
        reader.read(CLUSTER_NAME),
        reader.read(CLUSTER_LABEL),
        reader.read(OWNER_LABEL),
        Severities(order or (), aliases or ()),
        threshold,
        reader.read(ALERT_EXCLUDE),
        reader.read(HEARTBEAT_ALERTS),
        timedelta(seconds=reader.read(ALERT_STALE_AFTER) or 0),
    )


def all_settings() -> list[Setting[Any]]:
    """Return these settings in the order of this file, for the documentation."""
    return [value for value in globals().values() if isinstance(value, Setting) and value is not HEARTBEAT_ALERTS]
