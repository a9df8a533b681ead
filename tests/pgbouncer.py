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


@contextmanager
def pgbouncer(database_url: str) -> Iterator[str]:
    """Run PgBouncer with two server connections in transaction mode; yield the URL of the database behind it."""
    parts = psycopg.conninfo.conninfo_to_dict(database_url)
    port = free_port()
    home = Path(tempfile.mkdtemp(prefix="alertgest-pgbouncer-"))
    (home / "users.txt").write_text(f'"{parts["user"]}" ""\n')
    (home / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={parts['host']} port={parts['port']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
        f"auth_file = {home}/users.txt\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n"
        "ignore_startup_parameters = extra_float_digits\n"
    )
    user = None
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody").pw_uid
        for path in (home, *home.iterdir()):
            os.chown(path, user, -1)
    command = [program("pgbouncer"), str(home / "pgbouncer.ini")]
    process = subprocess.Popen(command, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"postgresql://{parts['user']}@127.0.0.1:{port}/{parts['dbname']}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        shutil.rmtree(home)


def _wait_for(port: int) -> None:
    for _ in range(_DEADLINE_SECONDS * 20):
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
            signal.sigtimedwait([], 0.05)
    raise AssertionError(f"PgBouncer did not listen on {port} in {_DEADLINE_SECONDS} s")
