"""A real Alertmanager posts to the real receiver."""

from datetime import UTC, datetime, timedelta

from demo.record import alertmanager, post_alerts
from store.connect import connect
from tests.ingest_process import ingest_process, wait_until
from tests.programs import program


def test_what_prometheus_posts_to_alertmanager_becomes_a_row_that_is_resolved_later(database: str) -> None:
    program("prometheus-alertmanager")
    start = datetime.now(UTC) - timedelta(minutes=5)
    firing = {"labels": {"alertname": "Real", "severity": "page"}, "startsAt": start.isoformat()}
    resolved = firing | {"endsAt": (start + timedelta(minutes=4)).isoformat()}
    with connect(database) as conn, ingest_process(database) as address:

        def rows() -> list[tuple[str, str]]:
            return conn.execute("SELECT status, severity FROM alerts").fetchall()

        with alertmanager(f"{address}/api/v1/alerts") as posted_to:
            post_alerts(posted_to, [firing])
            wait_until(lambda: rows() == [("firing", "page")])
            post_alerts(posted_to, [resolved])
            wait_until(lambda: rows() == [("resolved", "page")])
