"""Whatever ends a node, nothing of it is left on the machine, and nothing of the machine has changed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cluster import images
from tests.cluster.cluster import eventually
from tests.cluster.conftest import prepare
from tools.kube.machine import sweep

_CALLER = """import sys, time
from pathlib import Path
from tools.kube.machine import running
with running(Path(sys.argv[1]), Path(sys.argv[2])) as node:
    print(node.kubeconfig, flush=True)
    time.sleep(600)
"""
_KEPT = ("/var/lib/cni", "/var/lib/kubelet", "/var/log/containers", "/opt", "/etc/cni", "/usr/libexec",
         "/run/containerd")  # fmt: skip
_PREFIX = "alertgest-node-"
_SYSCTLS = ("vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward")


def machine() -> list[str]:
    """Return what a node could change: mounts, links, settings of the kernel, control groups, files.

    The groups of nodes are told by ``groups``: an older one may be swept away meanwhile.
    """
    files = [str(path) for top in _KEPT for path in sorted(Path(top).rglob("*"))]
    others = [str(path) for path in groups("*") if not path.name.startswith(_PREFIX)]
    settings = [(Path("/proc/sys") / name).read_text() for name in _SYSCTLS]
    links = sorted(path.name for path in Path("/sys/class/net").iterdir())
    return [*Path("/proc/mounts").read_text().splitlines(), *links, *settings, *others, *files]


def groups(name: str) -> list[Path]:
    """Return the control groups of a name, in all hierarchies."""
    return [path for path in sorted(Path("/sys/fs/cgroup").glob(f"*/{name}")) if path.is_dir()]


@contextmanager
def node(logs: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Run a node from a process of its own; yield that and the node's folder."""
    command = (sys.executable, "-c", _CALLER, str(images.archives()), str(logs))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout
        try:
            yield caller, Path(caller.stdout.readline().strip()).parents[1]
        finally:
            caller.kill()


def processes(state: Path) -> list[str]:
    """Return the commands of the processes that name a node's folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text())
        except OSError:  # it has ended
            continue
    return [one for one in found if str(state) in one]


@pytest.mark.parametrize("killed", ["caller", "supervisor"])
def test_nothing_is_left(tmp_path: Path, killed: str) -> None:
    prepare()
    before = machine()
    with node(tmp_path / "logs") as (caller, state):
        assert processes(state)
        assert groups(state.name)
        process = caller.pid if killed == "caller" else int((state / "supervisor").read_text().strip())
        os.kill(process, signal.SIGKILL)
        eventually(lambda: not processes(state), "the end of all processes")
        if killed == "supervisor":
            sweep()
        eventually(lambda: not state.exists(), "the end of its folder")
    assert not groups(state.name)
    assert machine() == before
