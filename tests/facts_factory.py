"""Facts of made-up nights, for the renderers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from digest.aggregate import aggregate
from digest.facts import Facts, Period
from digest.rows import GroupRow, Key, LabelRow, Rows, SampleRow
from digest.settings import read_settings

START = datetime(2026, 11, 22, 17, tzinfo=UTC)
END = START + timedelta(hours=14)
PERIOD = Period(START, END, END, "Europe/Berlin")
SETTINGS = replace(read_settings({"DATABASE_URL": "postgresql://u@h/d"}).alerts, cluster_name="prod-eu")
_SEVERITIES = ("critical", "warning", "info", "strange")


def night(groups: int, episodes: int = 10, *, received: bool = True, name: str = "Alert") -> Facts:
    """Return the facts of a night of so many groups with so many episodes each; every third group fires."""
    keys = [Key("default", "eu-1", f"{name}{n}", _SEVERITIES[n % 4], f"namespace-{n % 9}") for n in range(groups)]
    rows = tuple(_row(number, key, episodes) for number, key in enumerate(keys))
    labels = tuple(
        LabelRow(key, label, f"{label}-{number}", 1, 0, 1)
        for number, key in enumerate(keys)
        for label in ("node", "pod", "team")
    )
    samples = tuple(
        SampleRow(
            key,
            {
                "summary": f"{key.alertname} *happened* <b>here</b>",
                "runbook_url": "https://runbooks.example/" + "x" * 60,
            },
            "http://prometheus:9090/graph?g0.expr=" + "y" * 80,
        )
        for key in keys
    )
    return aggregate(Rows(rows, labels, samples, (), (), (), received, 0, 0), PERIOD, SETTINGS, "scheduled")


def _row(number: int, key: Key, episodes: int) -> GroupRow:
    firing = int(number % 3 == 0)
    return GroupRow(key, 1, episodes, firing, 0, 1, START, END, None, START if firing else None, 3600 + number)
