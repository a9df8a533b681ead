"""A real Alertmanager with the receiver of the notes sends a night through the Service."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.cluster.cluster import eventually
from tests.cluster.conftest import Alertmanager
from tests.cluster.release import Release

FIRING, RESOLVED = 12, 30


def night() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return what fires at some time of the last two hours, and the same where it has ended."""
    start = datetime.now(UTC) - timedelta(hours=2)

    def alert(number: int) -> dict[str, object]:
        labels = {"alertname": f"Night{number % 6}", "severity": "warning", "instance": f"host-{number}"}
        begun = start + timedelta(minutes=number)
        return {"labels": labels, "annotations": {"summary": f"host-{number} is slow"}, "startsAt": begun.isoformat()}

    alerts = [alert(number) for number in range(FIRING + RESOLVED)]
    now = datetime.now(UTC).isoformat()
    return alerts, [one | {"endsAt": now} for one in alerts[FIRING:]]


@pytest.fixture(scope="module")
def sent(release: Release, alertmanager: Alertmanager) -> Release:
    """Let a night pass: all fire, then most clear."""
    fire, clear = night()
    alertmanager.post(fire)
    expected = [["firing", str(FIRING + RESOLVED)]]
    query = "SELECT status, count(*) FROM alerts WHERE alertname LIKE 'Night%' GROUP BY 1 ORDER BY 1"
    eventually(lambda: release.sql(query) == expected, "all of the night's alerts as rows")
    alertmanager.post(clear)
    expected = [["firing", str(FIRING)], ["resolved", str(RESOLVED)]]
    eventually(lambda: release.sql(query) == expected, "the end of those that cleared")
    return release


def test_each_alert_is_one_row_with_its_own_times(sent: Release) -> None:
    rows = sent.sql("SELECT count(*), count(DISTINCT fingerprint), count(DISTINCT starts_at) FROM alerts"
                    " WHERE alertname LIKE 'Night%'")  # fmt: skip
    assert rows == [[str(FIRING + RESOLVED)] * 3]


def test_the_metrics_count_what_was_committed(sent: Release) -> None:
    families = {one.name: one for one in text_string_to_metric_families(sent.metrics())}
    stored = [one for one in families["alertgest_alerts_stored"].samples if one.name.endswith("_total")]
    ours = [one.value for one in stored if one.labels["alertname"].startswith("Night")]
    assert sum(ours) == FIRING + RESOLVED + RESOLVED  # the end of each is stored as well
    refused = [one for one in families["alertgest_webhooks"].samples if one.labels.get("code", "200") != "200"]
    assert refused == []


def test_nothing_was_set_aside_or_cut(sent: Release) -> None:
    assert sent.sql("SELECT count(*) FROM ingest_quarantine") == [["0"]]
    assert "alertgest_alerts_truncated_total 0.0" in sent.metrics()


def test_the_receiver_of_the_notes_is_the_one_of_the_documentation(alertmanager: Alertmanager) -> None:
    (webhook,) = yaml.safe_load(alertmanager.snippet)["receivers"][0]["webhook_configs"]
    assert webhook["url"] == "http://alertgest-ingest.alerts.svc:8080/api/v1/alerts"
