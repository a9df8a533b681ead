"""A node from outside: its namespaces, its control group, and that nothing of it is left afterwards.

``python -m tools.kube.machine IMAGES LOGS`` runs one until its standard input ends, and prints the process whose
network namespace it is in and the path of a kubeconfig once it can be used. It needs root, and Debian's ``runc``,
``containernetworking-plugins``, ``iptables``, ``ipset``, ``conntrack``, ``iproute2`` and ``openssl``. Whatever ends the
caller ends the node too: its input closes. Only a supervisor that is killed itself leaves a folder and empty control
groups, which the next one removes.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.kube.layout import READY, Layout

_NAMESPACES = ("--mount", "--propagation=private", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child",
               "--mount-proc")  # fmt: skip
_FIRST_PROCESS = 'exec 3<&0; "$@" <&3 & wait $!'
"""A shell, which also takes in orphans; the node is its child and has the standard input."""
_REMOVE_SECONDS = 20
_PREFIX, _SUPERVISOR = "alertgest-node-", "supervisor"


@dataclass(frozen=True)
class Running:
    """A node that can be used: a process in its network namespace, and the administrator's kubeconfig."""

    process: int
    kubeconfig: Path

    @property
    def enter(self) -> tuple[str, ...]:
        """Return the words that run a command in the network of the node."""
        return ("nsenter", f"--net=/proc/{self.process}/ns/net", "--")


@contextmanager
def running(images: Path, logs: Path) -> Iterator[Running]:
    """Run a node until the block ends; its logs stay in a folder. Raises NoNodeError where it does not start."""
    command = (sys.executable, "-m", "tools.kube.machine", str(images), str(logs))
    supervisor = subprocess.Popen(  # noqa: S603 - this module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said = supervisor.stdout.readline().split() if supervisor.stdout else []
        if not said:
            raise NoNodeError(f"the node did not start; see {logs}")
        yield Running(int(said[0]), Path(said[1]))
    finally:
        supervisor.communicate()


class NoNodeError(Exception):
    """The node did not start."""


def main(images: Path, logs: Path) -> int:
    """Run a node until the standard input ends."""
    sweep()
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    state = Path(tempfile.mkdtemp(prefix=_PREFIX))
    mine = (state / _SUPERVISOR).open("w")
    fcntl.flock(mine, fcntl.LOCK_EX)
    print(os.getpid(), file=mine, flush=True)
    state.chmod(0o755)
    layout = Layout(state, logs.resolve(), images.resolve(), state.name)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with _node(layout) as node:
            if node.stdout and node.stdout.readline().strip() == READY:
                print(_first_process(node.pid), layout.kubeconfig, flush=True)  # noqa: T201
                sys.stdin.read()
                return 0
            return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _remove(state)


def sweep() -> None:
    """Remove what a supervisor left that was itself killed: its node has ended with it."""
    for state in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if (state / _SUPERVISOR).exists() and not _is_held(state / _SUPERVISOR):
            _remove(state)


def _is_held(path: Path) -> bool:
    """Say whether a process holds the lock of a file; the kernel lets go of it with the process."""
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _remove(state: Path) -> None:
    """Remove a node's folder and control groups once its processes are gone; say what is left after a while."""
    end = time.monotonic() + _REMOVE_SECONDS
    groups = [hierarchy / state.name for hierarchy in _hierarchies()]
    while any(group.exists() for group in groups) and time.monotonic() < end:
        for folder in (folder for group in groups for folder, _, _ in os.walk(group, topdown=False)):
            with suppress(OSError):  # a process is about to end
                Path(folder).rmdir()
        time.sleep(0.05)
    shutil.rmtree(state, ignore_errors=True)
    for left in (one for one in (*groups, state) if one.exists()):
        print(f"could not be removed: {left}", file=sys.stderr)  # noqa: T201


def _hierarchies() -> list[Path]:
    """Return the hierarchies of control groups: all of version 1, or the one of version 2 (which was not tried)."""
    top = Path("/sys/fs/cgroup")
    return [top] if (top / "cgroup.controllers").exists() else [one for one in top.iterdir() if one.is_dir()]


@contextmanager
def _node(layout: Layout) -> Iterator["subprocess.Popen[str]"]:
    for hierarchy in _hierarchies():
        (hierarchy / layout.cgroup).mkdir()
    where = (str(layout.state), str(layout.logs), str(layout.images), layout.cgroup)
    inside = (sys.executable, "-m", "tools.kube.node", *where)
    command = ("unshare", *_NAMESPACES, "sh", "-c", _FIRST_PROCESS, "sh", *inside)
    process = subprocess.Popen(  # noqa: S603 - the node of this project
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _first_process(unshare: int) -> int:
    return int(Path(f"/proc/{unshare}/task/{unshare}/children").read_text().split()[0])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
