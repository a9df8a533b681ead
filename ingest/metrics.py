"""The receiver's metrics, and the running totals of the digest, which is gone before a scrape."""

from collections import Counter as Tally
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily

from ingest.keep import Kept
from ingest.payload import Message

MOST_ALERTNAMES = 500
"""Different alertnames that get a series of their own; the others share one named ``other``."""


class Metrics:
    """Counters of one process; ``totals`` are rows of ``metric_totals`` as last read."""

    def __init__(self) -> None:
        """Start at zero, in a registry of its own."""
        self.registry = CollectorRegistry()
        self.totals: list[tuple[str, dict[str, str], float]] = []
        self._names: set[str] = set()
        self._received = self._counter(
            "received", "Alerts in bodies that could be read.", "alertname", "severity", "status"
        )
        self._stored = self._counter("stored", "Alerts committed: new, merged or quarantined.", "outcome")
        self._discarded = self._counter("discarded", "Alerts dropped or set aside.", "reason")
        self._truncated = self._counter("truncated", "Alerts that Alertmanager cut (max_alerts).")
        self.webhooks = Counter(
            "alertgest_webhooks_total", "Webhooks by the answer that they got.", ["code"], registry=self.registry
        )
        self.window_active = Gauge(
            "alertgest_capture_window_active", "1 if currently in capture window.", registry=self.registry
        )
        self.registry.register(_Totals(self))

    def count(self, message: Message, kept: Kept) -> None:
        """Count a committed message."""
        seen = Tally(
            (self._bounded(e.labels.get("alertname", "")), e.labels.get("severity", "")[:32], _status(e.ends_at))
            for e in message.episodes
        )
        for labels, number in seen.items():
            self._received.labels(*labels).inc(number)
        for outcome, number in (
            ("new", kept.inserted),
            ("merged", kept.merged),
            ("quarantined", len(message.rejected)),
        ):
            self._stored.labels(outcome).inc(number)
        self._discarded.labels("outside_window").inc(kept.discarded)
        self._discarded.labels("invalid").inc(len(message.rejected))
        self._truncated.inc(message.truncated)

    def exposition(self) -> bytes:
        """Return the text format of Prometheus."""
        return generate_latest(self.registry)

    def _counter(self, what: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"alertgest_alerts_{what}_total", meaning, list(labels), registry=self.registry)

    def _bounded(self, name: str) -> str:
        if name not in self._names and len(self._names) >= MOST_ALERTNAMES:
            return "other"
        self._names.add(name)
        return name[:128]


class _Totals:
    """Exposes the rows of ``metric_totals`` as counters."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Any]:
        families: dict[str, CounterMetricFamily] = {}
        for metric, labels, value in self._metrics.totals:
            family = families.setdefault(
                metric, CounterMetricFamily(metric, "Running total of the digest.", labels=sorted(labels))
            )
            family.add_metric([labels[name] for name in sorted(labels)], value)
        return families.values()


def _status(ends_at: object) -> str:
    return "firing" if ends_at is None else "resolved"
