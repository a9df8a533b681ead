"""With Alertmanager to ask, the card says what is silenced and by whom; the check and the snapshots ask it too."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.cluster.card import words
from tests.cluster.cluster import eventually
from tests.cluster.conftest import Alertmanager
from tests.cluster.release import BY_HAND, Release, merged

URL = "http://alertmanager.alerts.svc:9093"


@pytest.fixture(scope="module")
def asking(release: Release, alertmanager: Alertmanager) -> Iterator[Release]:
    """Silence an alert that fires, and let the release ask Alertmanager."""
    now = datetime.now(UTC)
    matcher = {"name": "alertname", "value": "PlannedWork", "isRegex": False, "isEqual": True}
    until = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=2)).isoformat()}
    labels = {"alertname": "PlannedWork", "severity": "critical"}
    alertmanager.post([{"labels": labels, "startsAt": now.isoformat()}])
    eventually(lambda: "PlannedWork" in release.names(), "the alert")
    silence = {"matchers": [matcher], "createdBy": "alice", "comment": "a new disk"} | until
    release.cluster.tell("alerts/alertmanager", 9093, "/api/v2/silences", silence)
    known = replace(release, values=merged(BY_HAND, {"alertmanager": {"url": URL, "settleSeconds": 1}}))
    known.upgrade()
    yield known
    release.upgrade()


def test_the_card_says_who_silenced_an_alert_and_why(asking: Release) -> None:
    start = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    said = words(asking.digest("confirmed", DIGEST_FROM=start))
    assert "silenced by alice until" in said
    assert ": a new disk" in said


def test_the_check_says_that_it_answers(asking: Release) -> None:
    asking.create_job("asks", DIGEST_COMMAND="check")
    assert asking.finished("asks") == "Complete", asking.log("asks")
    assert "alertmanager: answers, and has" in asking.log("asks")


def test_a_snapshot_samples_what_is_silenced(asking: Release) -> None:
    asking.create_job("samples", "snapshot")
    assert asking.finished("samples") == "Complete", asking.log("samples")
    sampled = "SELECT firing, silenced FROM alert_samples WHERE alertname = 'PlannedWork'"
    assert asking.sql(sampled) == [["1", "1"]]
