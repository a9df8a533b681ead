"""What the sources may correct of the rows that webhooks left, over real SQL: their own cluster, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.alert_settings import AlertSettings
from digest.confirm.model import AlertmanagerSeen, Confirmation, FiringSeries, Living, PrometheusSeen, Seen, Stretch
from digest.facts import Facts, Period
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.fingerprint import fingerprint
from tests.rows import NIGHT, at, episode

PERIOD = Period(NIGHT, at("08:00"), at("08:00") + timedelta(minutes=5), "UTC")
ANSWERED = Confirmation("answered", "answered", (), 60)
WATCHDOG = {"alertname": "Watchdog", "severity": "none", "namespace": "monitoring"}
DELIVERY = "INSERT INTO webhook_deliveries (received_at, source, receiver, n_alerts) VALUES (%s, %s, 'alertgest', 1)"


def alerts(*labels: dict[str, str]) -> AlertmanagerSeen:
    living = (Living(fingerprint(one), one, {}, "", at("20:00"), ()) for one in labels)
    return AlertmanagerSeen(PERIOD.cut_off, tuple(living), (), complete=True)


def fired(*labels: dict[str, str]) -> PrometheusSeen:
    series: dict[str, tuple[FiringSeries, ...]] = {}
    for one in labels:
        some = FiringSeries(one, (Stretch(at("20:00"), PERIOD.cut_off, firing=True),))
        series[one["alertname"]] = (*series.get(one["alertname"], ()), some)
    return PrometheusSeen(series, {}, 60.0, PERIOD.cut_off)


def settings(name: str = "") -> AlertSettings:
    return replace(read_settings({"DATABASE_URL": "postgresql://u@h/d"}).alerts, cluster_name=name)


def told(url: str, seen: Seen | None, name: str = "") -> Facts:
    with connect(url) as conn, conn.transaction():
        return read_facts(conn, PERIOD, settings(name), "scheduled", seen)


def firing(facts: Facts) -> list[tuple[str, int, int]]:
    return [(group.cluster, group.firing_count, group.total_occurrences) for group in facts.groups]


def test_a_dead_receiver_is_not_hidden_by_what_the_sources_know(database: str) -> None:
    with connect(database) as conn:
        episode(conn, "Watchdog", "12:00", heard="17:00", severity="none", namespace="monitoring")
    known = Seen(alerts(WATCHDOG), fired(WATCHDOG, {"alertname": "Down", "severity": "critical"}), ANSWERED)
    for seen in (None, known):
        facts = told(database, seen)
        assert not facts.capture.received
        assert [(beat.alertname, beat.alive) for beat in facts.heartbeats] == [("Watchdog", False)]
    assert [group.alertname for group in facts.groups] == ["Down"]


def test_of_several_clusters_that_of_its_name_is_corrected(database: str) -> None:
    with connect(database) as conn:
        for cluster in ("eu", "us"):
            episode(conn, "Down", "20:00", heard="07:00", cluster=cluster)
        conn.execute(DELIVERY, [at("20:00"), "default"])
    down = {"alertname": "Down", "severity": "warning", "namespace": "shop"}
    known = Seen(alerts(), fired(down | {"cluster": "us"}), ANSWERED)
    assert firing(told(database, Seen(alerts(), None, ANSWERED), "eu")) == [("us", 1, 1), ("eu", 0, 1)]
    assert sorted(firing(told(database, known, "us"))) == [("eu", 1, 1), ("us", 1, 1)]


@pytest.mark.parametrize("name", ["", "Production"])
def test_where_no_name_tells_which_cluster_is_meant_nothing_is_corrected_and_that_is_said(
    database: str, name: str
) -> None:
    with connect(database) as conn:
        for cluster in ("eu", "us"):
            episode(conn, "Down", "20:00", heard="07:00", cluster=cluster)
    down = {"alertname": "Down", "severity": "warning", "namespace": "shop", "cluster": "eu"}
    facts = told(database, Seen(alerts(down), fired(down), ANSWERED), name)
    assert firing(facts) == [("eu", 1, 1), ("us", 1, 1)]
    assert facts.confirmation
    assert facts.confirmation.problems == (
        "Nothing was confirmed: CLUSTER_NAME is no value of the label cluster (eu, us)",
    )


def test_of_several_sources_only_those_that_share_an_alert_are_closed(database: str) -> None:
    with connect(database) as conn:
        for source in ("a", "b"):
            episode(conn, "Down", "20:00", heard="07:00", source=source)
            conn.execute(DELIVERY, [at("20:00"), source])
        episode(conn, "Shared", "20:00", heard="07:00", source="a")
    shared = {"alertname": "Shared", "severity": "warning", "namespace": "shop"}
    facts = told(database, Seen(alerts(shared), None, ANSWERED))
    found = {(group.source, group.alertname): group.firing_count for group in facts.groups}
    assert found == {("a", "Down"): 0, ("a", "Shared"): 1, ("b", "Down"): 1}


def test_a_source_that_posted_lately_and_not_tonight_counts_as_another(database: str) -> None:
    with connect(database) as conn:
        episode(conn, "Down", "20:00", heard="07:00", source="grafana")
        for source in ("grafana", "alertmanager"):
            conn.execute(DELIVERY, [at("20:00") - timedelta(days=3), source])
    assert firing(told(database, Seen(alerts(), None, ANSWERED))) == [("", 1, 1)]


def test_where_alertmanager_lacks_the_heartbeat_nothing_has_cleared(database: str) -> None:
    with connect(database) as conn:
        conn.execute(DELIVERY, [at("20:00"), "default"])
        episode(conn, "Down", "20:00", heard="07:00")
        assert firing(told(database, Seen(alerts(), None, ANSWERED))) == [("", 0, 1)]
        episode(conn, "Watchdog", "18:00", heard="07:59", severity="none", namespace="monitoring")
    facts = told(database, Seen(alerts(), None, ANSWERED))
    assert firing(facts) == [("", 1, 1)]
    assert facts.groups[0].unconfirmed_count == 1


def test_where_no_source_answered_nothing_is_doubted(database: str) -> None:
    with connect(database) as conn:
        episode(conn, "Down", "20:00", heard="07:00")
    failed = Confirmation("failed", "failed", ("Alertmanager is away", "Prometheus is away"), None)
    facts = told(database, Seen(None, None, failed))
    assert (facts.groups[0].unconfirmed_count, facts.confirmation) == (0, failed)
