"""A real PgBouncer in transaction mode in front of a test server; Debian's package ``pgbouncer``."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from demo.postgres import free_port
from tests.programs import program

_DEADLINE_SECONDS = 10


class PgBouncer:
    """A PgBouncer that can be killed and started again on its port; ``url`` is the database behind it."""

    def __init__(self, home: Path, database_url: str) -> None:
        """Write its files; nothing runs yet."""
        parts = psycopg.conninfo.conninfo_to_dict(database_url)
        self._port, self._ini, self._user = free_port(), home / "pgbouncer.ini", None
        self.url = f"postgresql://{parts['user']}@127.0.0.1:{self._port}/{parts['dbname']}"
        (home / "users.txt").write_text(f'"{parts["user"]}" ""\n')
        self._ini.write_text(
            f"[databases]\n* = host={parts['host']} port={parts['port']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self._port}\nunix_socket_dir =\nauth_type = trust\n"
            f"auth_file = {home}/users.txt\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n"
            "ignore_startup_parameters = extra_float_digits\nserver_login_retry = 1\n"
        )
        if os.geteuid() == 0:
            self._user = pwd.getpwnam("nobody").pw_uid
            for path in (home, *home.iterdir()):
                os.chown(path, self._user, -1)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [program("pgbouncer"), str(self._ini)]
        self._process = subprocess.Popen(command, user=self._user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for(self._port)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait until it is gone."""
        self._process.send_signal(by)
        self._process.wait()


@contextmanager
def pgbouncer(database_url: str) -> Iterator[str]:
    """Run PgBouncer with two server connections in transaction mode; yield the URL of the database behind it."""
    with running_pgbouncer(database_url) as running:
        yield running.url


@contextmanager
def running_pgbouncer(database_url: str) -> Iterator[PgBouncer]:
    """Run the same until the block ends; yield the process, for who stops and starts it."""
    home = Path(tempfile.mkdtemp(prefix="alertgest-pgbouncer-"))
    try:
        running = PgBouncer(home, database_url)
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(home)


def _wait_for(port: int) -> None:
    for _ in range(_DEADLINE_SECONDS * 20):
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
            signal.sigtimedwait([], 0.05)
    raise AssertionError(f"PgBouncer did not listen on {port} in {_DEADLINE_SECONDS} s")
