"""A snapshot samples what Alertmanager holds back, with or without a cluster to look at."""

from collections.abc import Iterator

import pytest

from store.connect import connect
from tests.shell import Shell
from tests.sources import Source, quiet_alertmanager, source


@pytest.fixture
def manager() -> Iterator[Source]:
    with source() as running:
        quiet_alertmanager(running)
        status = {"state": "suppressed", "silencedBy": ["s1"], "inhibitedBy": []}
        labels = {"alertname": "Noisy\u0000", "severity": "warning", "cluster": "eu"}
        alert = {"fingerprint": "f1", "labels": labels, "startsAt": "2026-07-01T18:00:00Z", "status": status}
        running.says("/api/v2/alerts", [alert, alert | {"fingerprint": "f2", "status": {"state": "active"}}])
        yield running


def test_without_a_cluster_what_alertmanager_holds_back_is_sampled(shell: Shell, manager: Source) -> None:
    done = shell("snapshot", ALERTMANAGER_URL=manager.url)
    assert (done.returncode, done.stdout) == (0, "2 alerts of 1 rule sampled\n"), done.stderr
    with connect(shell.url) as conn:
        rows = conn.execute("SELECT cluster, alertname, severity, firing, silenced, inhibited FROM alert_samples")
        assert rows.fetchall() == [("eu", "Noisy\ufffd", "warning", 2, 1, 0)]


def test_an_alertmanager_that_is_away_is_worth_another_try(shell: Shell) -> None:
    done = shell("snapshot", ALERTMANAGER_URL="http://127.0.0.1:9")
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1] == (
        "Nothing could be read: Alertmanager at 127.0.0.1:9 does not answer (ConnectionError; ALERTMANAGER_URL)."
    )


def test_where_nothing_is_set_there_is_nothing_to_look_at(shell: Shell) -> None:
    done = shell("snapshot")
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing to look at: K8S_CONTEXT_ENABLED is false")
