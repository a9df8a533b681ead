"""The receiver's metrics, and the running totals of the digest, which is gone before a scrape."""

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily

from ingest.keep import Kept
from ingest.payload import Message
from store.totals import TOTALS

MOST_ALERTNAMES, MOST_SEVERITIES, MOST_PAIRS = 500, 20, 750
"""How many alertnames, severities and pairs of them get series of their own; the others share one named ``other``."""
OTHER = "other"
NAME_BYTES, SEVERITY_BYTES = 128, 32
"""How much of an alertname and of a severity a label has."""
_MEANINGS = {total.name: total.meaning for total in TOTALS}


class Metrics:
    """Counters of one process; ``totals`` are rows of ``metric_totals`` as last read."""

    def __init__(self) -> None:
        """Start at zero, in a registry of its own."""
        disable_created_metrics()  # type: ignore[no-untyped-call] # they double what a scrape weighs, and no rule or dashboard reads them
        self.registry = CollectorRegistry()
        self.totals: list[tuple[str, dict[str, str], float]] = []
        self._names = _Bounded(MOST_ALERTNAMES, NAME_BYTES)
        self._severities = _Bounded(MOST_SEVERITIES, SEVERITY_BYTES)
        self._pairs = set[tuple[str, str]]()
        self._received = self._counter(
            "received", "Alerts in bodies that could be read.", "alertname", "severity", "status"
        )
        self._stored = self._counter("stored", "Alerts committed, new or merged.", "alertname", "severity")
        self._discarded = self._counter(
            "discarded", "Alerts dropped (outside_window) or set aside (invalid).", "reason"
        )
        self._truncated = self._counter("truncated", "Alerts that Alertmanager cut (max_alerts).")
        self.webhooks = Counter(
            "alertgest_webhooks_total", "Webhooks by the answer that they got.", ["code"], registry=self.registry
        )
        self.webhooks.labels("200")  # from the start: what first appears with 1 has not increased for Prometheus
        self.window_active = Gauge(
            "alertgest_capture_window_active", "1 within a capture window.", registry=self.registry
        )
        self.database_up = Gauge(
            "alertgest_database_up", "1 if the database answered this scrape.", registry=self.registry
        )
        self.database_bytes = Gauge("alertgest_database_size_bytes", "Size of the database.", registry=self.registry)
        self.windows_overdue = Gauge(
            "alertgest_windows_overdue",
            "Capture windows that ended more than half an hour ago and have no digest.",
            registry=self.registry,
        )
        self.registry.register(_Totals(self))

    def count(self, message: Message, kept: Kept) -> None:
        """Count a committed message."""
        received = Tally(
            (e.labels.get("alertname", ""), e.labels.get("severity", ""), _status(e.ends_at)) for e in message.episodes
        )
        for (name, severity, status), number in received.items():
            self._received.labels(*self._pair(name, severity), status).inc(number)
        for (name, severity), number in kept.stored.items():
            self._stored.labels(*self._pair(name, severity)).inc(number)
        self._discarded.labels("outside_window").inc(kept.discarded)
        self._discarded.labels("invalid").inc(kept.quarantined)
        self._truncated.inc(message.truncated)

    def exposition(self) -> bytes:
        """Return the text format of Prometheus."""
        return generate_latest(self.registry)

    def _pair(self, name: str, severity: str) -> tuple[str, str]:
        pair = self._names(name), self._severities(severity)
        if pair not in self._pairs and len(self._pairs) >= MOST_PAIRS:
            return OTHER, pair[1]
        self._pairs.add(pair)
        return pair

    def _counter(self, what: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"alertgest_alerts_{what}_total", meaning, list(labels), registry=self.registry)


class _Bounded:
    """Values of a label as they come, cut; ``other`` for those that come once there are ``most`` different ones."""

    def __init__(self, most: int, longest: int) -> None:
        self._most, self._longest, self._values = most, longest, set[str]()

    def __call__(self, value: str) -> str:
        cut = value[: self._longest].encode("utf-8", "replace")[: self._longest].decode("utf-8", "ignore")
        if cut not in self._values and len(self._values) >= self._most:
            return OTHER
        self._values.add(cut)
        return cut


class _Totals:
    """Exposes the rows of ``metric_totals`` by the endings of their names: counters, sums with counts, and times."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        rows = self._metrics.totals
        for metric in dict.fromkeys(_family(row[0]) for row in rows):
            samples: dict[str, Samples] = {name: [] for name in (metric, f"{metric}_sum", f"{metric}_count")}
            for name, labels, value in rows:
                samples.setdefault(name, []).append((labels, value))
            yield _summary(metric, samples) if samples[f"{metric}_sum"] else _plain(metric, samples[metric])


Samples = list[tuple[dict[str, str], float]]


def _family(name: str) -> str:
    return name.removesuffix("_sum").removesuffix("_count")


def _meaning(metric: str) -> str:
    return _MEANINGS.get(metric, "Of all digests so far.")  # a newer release of the digest may know more of them


def _plain(metric: str, samples: Samples) -> Metric:
    names = sorted({name for labels, _ in samples for name in labels})
    kind = CounterMetricFamily if metric.endswith("_total") else GaugeMetricFamily
    family = kind(metric, _meaning(metric), labels=names)
    for labels, value in samples:
        family.add_metric([labels.get(name, "") for name in names], value)
    return family


def _summary(metric: str, samples: dict[str, Samples]) -> Metric:
    counts = {tuple(sorted(labels.items())): value for labels, value in samples[f"{metric}_count"]}
    names = sorted({name for labels, _ in samples[f"{metric}_sum"] for name in labels})
    family = SummaryMetricFamily(metric, _meaning(metric), labels=names)
    for labels, value in samples[f"{metric}_sum"]:
        count = int(counts.get(tuple(sorted(labels.items())), 0))
        family.add_metric([labels.get(name, "") for name in names], count_value=count, sum_value=value)
    return family


def _status(ends_at: object) -> str:
    return "firing" if ends_at is None else "resolved"
