"""The processes under test and what is done to them: one PostgreSQL, two receivers, the digest and its workflow."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

import psycopg

from bench.soak.schedule import Planned
from demo.postgres import Cluster, cluster
from store.migrate import migrate
from tests.frozen import frozen
from tests.ingest_process import IngestProcess
from tests.receiver import receiver
from tests.shell import PROGRAM, ROOT, Shell

GRACE_SECONDS = 30.0
"""What Kubernetes gives the pod."""
OLD_ROWS = 500
_PATIENCE_SECONDS = 180.0
"""How long a receiver may take to start; a soak goes on beside other work."""
_OLD = """
INSERT INTO alerts (fingerprint, status, labels, annotations, starts_at, ends_at, received_at, last_received_at)
SELECT 'old-' || n, 'resolved', '{}', '{}', t, t, t, t
FROM generate_series(1, %(rows)s) AS n, (SELECT now() - interval '3 years') AS old (t)
ON CONFLICT DO NOTHING
"""
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass
class Ends:
    """How the programs ended: exit codes of receivers after SIGTERM, and of the digest's commands."""

    receivers: list[int] = field(default_factory=list)
    digests: list[int] = field(default_factory=list)
    retentions: list[int] = field(default_factory=list)
    cards: int = 0


class Site:
    """``steady`` is never ended during a soak, ``other`` often."""

    def __init__(self, running: Cluster, shell: Shell, background: ThreadPoolExecutor) -> None:
        """Know the server, and how the digest is run beside all else."""
        self.url = running.server.url("postgres")
        self.steady, self.other = (IngestProcess(self.url, APP_LOG_LEVEL="error") for _ in range(2))
        self._running, self._shell, self._background = running, shell, background
        self._begun = datetime.now(UTC)
        self._digests, self._retentions = list[Future[int]](), list[Future[int]]()
        self._receivers = list[int]()

    def make(self, fault: Planned) -> None:
        """Make a fault and mend it: when this returns, all that serves is there again."""
        actions: dict[str, Callable[[float], None]] = {
            "kill -9 of a receiver": self._kill_receiver,
            "SIGTERM to a receiver": self._end_receiver,
            "kill -9 of PostgreSQL": self._kill_postgres,
            "PostgreSQL restarts": self._restart_postgres,
            "PostgreSQL frozen": self._freeze,
            "connections cut by PostgreSQL": self._cut,
            "table alerts locked": self._lock,
            "digest runs": self._digest,
            "retention runs": self._retain,
        }
        actions[fault.name](fault.seconds)

    def ends(self) -> Ends:
        """Let the digest and retention run once more, now that all is well; return how all of them ended."""
        self._digest(0)
        self._retain(0)
        digests, retentions = ([one.result() for one in some] for some in (self._digests, self._retentions))
        return Ends(self._receivers, digests, retentions, len(self._shell.teams.bodies))

    def _kill_receiver(self, _: float) -> None:
        self.other.kill()
        self.other.start(seconds=_PATIENCE_SECONDS)

    def _end_receiver(self, _: float) -> None:
        self.other.terminate()
        self._receivers.append(self.other.wait(GRACE_SECONDS))
        self.other.start(seconds=_PATIENCE_SECONDS)

    def _kill_postgres(self, _: float) -> None:
        os.kill(self._running.pid(), signal.SIGKILL)
        self._running.restart_after_kill()

    def _restart_postgres(self, seconds: float) -> None:
        self._running.stop("fast")
        Event().wait(seconds)
        self._running.start()

    def _freeze(self, seconds: float) -> None:
        with frozen(self._running):
            Event().wait(seconds)

    def _cut(self, _: float) -> None:
        with psycopg.connect(self.url) as conn:
            conn.execute(_CUT)

    def _lock(self, seconds: float) -> None:
        with psycopg.connect(self.url) as conn:
            conn.execute("LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE")
            Event().wait(seconds)

    def _digest(self, _: float) -> None:
        span = [f"{moment:%Y-%m-%dT%H:%M}" for moment in (self._begun - timedelta(hours=1), datetime.now(UTC))]
        command = ("run", "--from", span[0], "--to", span[1], "--no-llm")
        self._digests.append(self._background.submit(self._run, *command))

    def _retain(self, _: float) -> None:
        with psycopg.connect(self.url) as conn:
            conn.execute(_OLD, {"rows": OLD_ROWS})
        self._retentions.append(self._background.submit(self._run, "prune"))

    def _run(self, *command: str) -> int:
        environ = self._shell.environ | {"CAPTURE_WINDOW_TIMEZONE": "UTC"}
        return subprocess.run([*PROGRAM, *command], cwd=ROOT, env=environ, capture_output=True, check=False).returncode


@contextmanager
def site() -> Iterator[Site]:
    """Start everything; end it afterwards."""
    with cluster() as running, receiver() as teams, ThreadPoolExecutor(1) as background:
        url = running.server.url("postgres")
        with psycopg.connect(url, autocommit=True) as conn:
            migrate(conn)
        made = Site(running, Shell(url, teams), background)
        try:
            made.steady.start(seconds=_PATIENCE_SECONDS)
            made.other.start(seconds=_PATIENCE_SECONDS)
            yield made
        finally:
            made.other.end()
            made.steady.end()
