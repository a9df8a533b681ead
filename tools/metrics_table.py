"""Write ``docs/metrics.md`` from what the receiver exposes and what the chart asks for; ``make docs`` runs it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from ingest.keep import Kept
from ingest.metrics import MOST_ALERTNAMES, MOST_PAIRS, MOST_SEVERITIES, NAME_BYTES, OTHER, SEVERITY_BYTES, Metrics
from ingest.payload import Episode, Message
from store.totals import TOTALS, Total

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "metrics.md"
RULES = ROOT / "charts/alertgest/files/alerts.yaml"
DASHBOARD = ROOT / "charts/alertgest/files/dashboard.json"
NAME = re.compile(r"\balertgest_[a-z_]+[a-z]\b")

_HEAD = f"""# Metrics

The receiver shows all of them under `/metrics`, on its own port and on that of the metrics (`APP_PORT`,
`APP_METRICS_PORT`). Where the database is away, the scrape still answers, with `alertgest_database_up` 0.

What a sender puts into a label stays small: the first {MOST_ALERTNAMES} alertnames, the first {MOST_SEVERITIES}
severities and the first {MOST_PAIRS} pairs of both get series of their own, cut after {NAME_BYTES} and {SEVERITY_BYTES}
bytes; the others share one that is named `{OTHER}`.
"""
_OF_THE_RECEIVER = """## Receiver

Counters of one process, from its start on. Gauges are read from the database at each scrape and are the same in every
replica.
"""
_OF_THE_DIGEST = """## Digest

Kept in the table `metric_totals` and never reset, since the digest is gone before a scrape. Every replica of the
receiver shows the same ones: take the largest (`max`), not the sum. A summary has `_sum` and `_count`, no quantiles.
"""
_TABLE = "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n"
_USED = """## Where the chart asks for them

In its alerts (each with its runbook) and in the panels of its dashboard.

| metric | alerts | panels |
| --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """One metric: its name as one asks for it (without ``_sum`` and ``_count``), and what the scrape says of it."""

    name: str
    type: str
    labels: tuple[str, ...]
    meaning: str


def document() -> str:
    """Return the whole page."""
    rows, of_the_digest = documented(), {total.name for total in TOTALS}
    own = "".join(_line(row) for row in rows if row.name not in of_the_digest)
    totals = "".join(_line(row) for row in rows if row.name in of_the_digest)
    used = _USED + "".join(_use(row) for row in rows)
    return "\n".join([_HEAD, _OF_THE_RECEIVER, _TABLE + own, _OF_THE_DIGEST, _TABLE + totals, used])


def documented() -> list[Row]:
    """Return every metric of a receiver that has counted an alert and whose database knows all totals."""
    metrics = Metrics()
    episode = Episode("f", {"alertname": "A", "severity": "critical"}, {}, datetime(2026, 7, 1, tzinfo=UTC), None, "")
    metrics.count(Message("", "", "", 0, (episode,), ()), Kept(1, 0, 0, 0, {("A", "critical"): 1}))
    metrics.totals = [row for total in TOTALS for row in _rows(total)]
    return rows(metrics.exposition().decode())


def rows(exposition: str) -> list[Row]:
    """Return the metrics of a scrape."""
    return [_row(family) for family in text_string_to_metric_families(exposition)]


def names(text: str) -> set[str]:
    """Return the metrics that a text names, a summary by its own name."""
    return {re.sub(r"_(?:sum|count)$", "", name) for name in NAME.findall(text)}


def _row(family: Metric) -> Row:
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = dict.fromkeys(label for sample in family.samples for label in sample.labels)
    return Row(name, family.type, tuple(labels), family.documentation)


def _rows(total: Total) -> Iterator[tuple[str, dict[str, str], float]]:
    endings = ("_sum", "_count") if total.type == "summary" else ("",)
    return ((total.name + ending, dict.fromkeys(total.labels, ""), 0.0) for ending in endings)


def _line(row: Row) -> str:
    labels = ", ".join(f"`{label}`" for label in row.labels)
    return f"| `{row.name}` | {row.type} | {labels} | {row.meaning} |\n"


def _use(row: Row) -> str:
    alerts = "<br>".join(f"[{name}](runbooks/{name}.md)" for name in _alerts(row.name))
    return f"| `{row.name}` | {alerts} | {'<br>'.join(_panels(row.name))} |\n"


def _alerts(metric: str) -> list[str]:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    return [rule["alert"] for rule in rules if metric in names(rule["expr"])]


def _panels(metric: str) -> list[str]:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [panel["title"] for panel in panels if any(metric in names(one["expr"]) for one in panel.get("targets", []))]


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
