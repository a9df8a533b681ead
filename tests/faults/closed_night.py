"""A night that has closed, and everything that its digest asks: a run reaches each server through a gate."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from digest.cluster import rights
from tests.conftest import new_database
from tests.faults.gate import Steps
from tests.faults.http_gate import http_gate
from tests.faults.postgres_gate import postgres_gate
from tests.kube_api import kube_api, kubeconfig
from tests.ollama import MODEL, Body, ollama
from tests.pgbouncer import pgbouncer
from tests.receiver import Receiver, receiver
from tests.rows import NIGHT, at, episode
from tests.sources import quiet_alertmanager, quiet_prometheus, source

MORNING = datetime(2026, 7, 2, 8, 5, tzinfo=UTC)
REPEAT = "This may be a repeat"
_TABLES = (
    "digest_alerts, digests, alerts, webhook_deliveries, capture_windows, night_rollups, night_rollup_groups, "
    "metric_totals, model_speeds"
)


@dataclass(frozen=True)
class Around:
    """The servers that all nights share: model, sources, cluster."""

    ollama: str
    alertmanager: str
    prometheus: str
    kubernetes: str


@contextmanager
def around() -> Iterator[Around]:
    """Run them until the block ends."""
    with ollama(_answering) as model, source() as manager, source() as server, kube_api() as api:
        quiet_alertmanager(manager)
        quiet_prometheus(server)
        for right in rights.LISTED:
            api.add(right.path())
        yield Around(model.url, manager.url, server.url, api.url)


@dataclass(frozen=True)
class Night:
    """The database of a night, its workflow, and the servers around."""

    url: str
    way: str
    """How programs reach the database."""
    teams: Receiver
    servers: Around
    folder: Path

    def environ(self) -> dict[str, str]:
        """Return the environment of a run that has only the database and the workflow, and no gate."""
        return {
            "DATABASE_URL": self.way,
            "TEAMS_WEBHOOK_URL": self.teams.url,
            "TEAMS_ENVELOPE": "card",
            "CAPTURE_WINDOW_DAYS": "daily",
            "DIGEST_CATCH_UP": "1",
            "KUBECONFIG": "/nonexistent/kubeconfig",
        }

    @contextmanager
    def reached(self, steps: Steps, *, whole: bool = False) -> Iterator[dict[str, str]]:
        """Yield the same with gates before both; where it is the whole, also with the servers around, behind gates."""
        with ExitStack() as gates:
            ways = {"DATABASE_URL": gates.enter_context(postgres_gate(steps, self.way))}
            ways["TEAMS_WEBHOOK_URL"] = f"{gates.enter_context(http_gate(steps, 'teams', self.teams.url))}?sig=secret"
            if whole:
                ways |= self._around(steps, gates)
            yield self.environ() | ways

    def _around(self, steps: Steps, gates: ExitStack) -> dict[str, str]:
        ways = {name: gates.enter_context(http_gate(steps, name, url)) for name, url in vars(self.servers).items()}
        return {
            "OLLAMA_BASE_URL": ways["ollama"],
            "OLLAMA_MODEL": MODEL,
            "ALERTMANAGER_URL": ways["alertmanager"],
            "PROMETHEUS_URL": ways["prometheus"],
            "KUBECONFIG": str(kubeconfig(self.folder, ways["kubernetes"])),
            "OLLAMA_TIMEOUT_SECONDS": "600",  # on a busy machine, nothing is to be left out for its time
            "CONFIRM_TIMEOUT_SECONDS": "300",
            "K8S_CONTEXT_TIMEOUT_SECONDS": "300",
        }

    def begin(self) -> None:
        """Let the night have closed, untold, with one alert in it and an earlier window that nobody told."""
        self.teams.bodies.clear()
        with psycopg.connect(self.url) as conn:
            for table in _TABLES.split(", "):
                conn.execute(f"DELETE FROM {table}".encode())
            for start, end in ((NIGHT - timedelta(days=1), at("08:00") - timedelta(days=1)), (NIGHT, at("08:00"))):
                window = "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed')"
                conn.execute(window, (start, end))
            episode(conn, "Crash", "22:42", "23:10", severity="critical")

    def forget_earlier(self) -> None:
        """Let the earlier window never have been."""
        with psycopg.connect(self.url) as conn:
            conn.execute("DELETE FROM capture_windows WHERE window_start < %s", (NIGHT,))

    def repeats(self) -> list[bool]:
        """Say of each card that the workflow took whether it is marked as a possible repeat."""
        return [REPEAT in json.dumps(card) for card in list(self.teams.bodies)]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.url) as conn:
            return conn.execute(query.encode()).fetchall()

    def expire_leases(self) -> None:
        """Let so much time pass that no lease holds."""
        with psycopg.connect(self.url) as conn:
            conn.execute(
                "UPDATE digests SET lease_until = now() - interval '1 second' WHERE state IN ('claimed', 'sending')"
            )

    def assert_told_once(self) -> None:
        """Compare what the database says of the night, once each: one group with one alert."""
        assert self.rows("SELECT state FROM digests WHERE kind = 'scheduled'") == [("sent",)]
        windows = "SELECT status, alert_count FROM capture_windows ORDER BY window_start"
        assert self.rows(windows) == [("skipped", 0), ("digest_sent", 1), ("active", 0)]
        assert self.rows("SELECT groups, occurrences FROM night_rollups") == [(1, 1)]
        assert self.rows("SELECT alertname, occurrences FROM night_rollup_groups") == [("Crash", 1)]
        assert self.rows("SELECT state, late FROM digest_alerts") == [("resolved", False)]


@contextmanager
def night(postgres: str, servers: Around, folder: Path, *, pooled: bool = False) -> Iterator[Night]:
    """Make the database of a night and run its workflow until the block ends; ``pooled`` is behind PgBouncer."""
    with ExitStack() as stack:
        url = stack.enter_context(new_database(postgres))
        way = stack.enter_context(pgbouncer(url)) if pooled else url
        folder.mkdir()
        yield Night(url, way, stack.enter_context(receiver()), servers, folder)


def _answering(body: Body) -> str:
    told = {"then": "check_logs", "seen": "The alert began at 22:42 and cleared at 23:10 in shop."}
    return json.dumps(dict.fromkeys(body["format"]["properties"], told))
