"""What a scrape sees, and that no sender can make it large."""

from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from ingest.keep import Kept
from ingest.metrics import MOST_ALERTNAMES, MOST_PAIRS, MOST_SEVERITIES, Metrics
from ingest.payload import Episode, Message, Rejected

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)


def message(*labels: dict[str, str], rejected: int = 0) -> Message:
    episodes = tuple(Episode(str(n), one, {}, NOW, None, "") for n, one in enumerate(labels))
    return Message("", "", "", 0, episodes, tuple(Rejected("odd", b"") for _ in range(rejected)))


def samples(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def test_names_and_severities_are_bounded() -> None:
    metrics = Metrics()
    labels = [{"alertname": f"A{n}", "severity": f"s{n}"} for n in range(MOST_ALERTNAMES + 50)]
    metrics.count(message(*labels), Kept(0, 0, 0, 0, {}))
    seen = samples(metrics, "alertgest_alerts_received_total")
    assert len({name for name, _, _ in seen}) == MOST_ALERTNAMES + 1
    assert len({severity for _, severity, _ in seen}) == MOST_SEVERITIES + 1
    assert sum(seen.values()) == MOST_ALERTNAMES + 50


def test_pairs_of_name_and_severity_are_bounded_and_no_alert_is_left_out() -> None:
    metrics = Metrics()
    labels = [{"alertname": f"A{n % 400}", "severity": f"s{n % 19}"} for n in range(7600)]  # each pair once
    metrics.count(message(*labels), Kept(0, 0, 0, 0, {}))
    seen = samples(metrics, "alertgest_alerts_received_total")
    assert len(seen) == MOST_PAIRS + 19
    assert {severity for _, severity, _ in seen} == {f"s{n}" for n in range(19)}
    assert sum(seen.values()) == 7600


def test_the_worst_names_and_severities_weigh_less_than_a_megabyte_and_are_not_kept_whole() -> None:
    metrics = Metrics()
    for n in range(10_000):
        labels = {"alertname": f"{n}" + '"\\' * 100, "severity": f"{n % 19}" + "\n" * 1000}
        metrics.count(message(labels), Kept(0, 0, 0, 0, {(labels["alertname"], labels["severity"]): 1}))
    assert len(metrics.exposition()) < 1_000_000
    seen = samples(metrics, "alertgest_alerts_received_total")
    assert max(len(name.encode()) for name, _, _ in seen) == 128


def test_what_was_dropped_or_set_aside_is_counted_by_reason() -> None:
    metrics = Metrics()
    metrics.count(message({"alertname": "A"}, rejected=2), Kept(0, 0, 1, 2, {}))
    assert samples(metrics, "alertgest_alerts_discarded_total") == {("outside_window",): 1, ("invalid",): 2}
    assert samples(metrics, "alertgest_alerts_stored_total") == {}


def test_totals_of_one_metric_may_have_different_labels() -> None:
    metrics = Metrics()
    metrics.totals = [("runs_total", {}, 1.0), ("runs_total", {"status": "sent"}, 2.0), ("other_total", {}, 4.0)]
    assert samples(metrics, "runs_total") == {("",): 1.0, ("sent",): 2.0}
    assert samples(metrics, "other_total") == {(): 4.0}


def test_totals_have_the_names_and_types_that_rules_and_dashboards_know() -> None:
    metrics = Metrics()
    metrics.totals = [
        ("alertgest_digest_last_sent_timestamp_seconds", {}, 1.7e9),
        ("alertgest_llm_request_duration_seconds_count", {"model": "m"}, 2.0),
        ("alertgest_llm_request_duration_seconds_sum", {"model": "m"}, 41.5),
        ("alertgest_teams_delivery_total", {"status": "sent"}, 3.0),
    ]
    types = {family.name: family.type for family in text_string_to_metric_families(metrics.exposition().decode())}
    assert types["alertgest_digest_last_sent_timestamp_seconds"] == "gauge"
    assert types["alertgest_llm_request_duration_seconds"] == "summary"
    assert types["alertgest_teams_delivery"] == "counter"
    assert samples(metrics, "alertgest_digest_last_sent_timestamp_seconds") == {(): 1.7e9}
    assert samples(metrics, "alertgest_llm_request_duration_seconds_sum") == {("m",): 41.5}
    assert samples(metrics, "alertgest_llm_request_duration_seconds_count") == {("m",): 2.0}
    assert samples(metrics, "alertgest_teams_delivery_total") == {("sent",): 3.0}
