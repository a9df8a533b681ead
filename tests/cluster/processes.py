"""What only the node itself can do to a pod: end its process at once, as a lost node or the OOM killer would."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.cluster.cluster import Cluster, Object


def kill(cluster: Cluster, pod: Object, program: str) -> None:
    """End a program of a pod by SIGKILL; on a cluster that is not ours, delete the pod without grace."""
    if not cluster.enter:
        where = ("-n", pod["metadata"]["namespace"], "delete", "pod", pod["metadata"]["name"])
        cluster.kubectl(*where, "--grace-period=0", "--force")
        return
    found = [process for process in _processes(pod["metadata"]["uid"]) if program in _command(process)]
    assert found, f"no process of {program} in {pod['metadata']['name']}"
    for process in found:
        with suppress(ProcessLookupError):  # it ended with the first one
            os.kill(process, signal.SIGKILL)


def _processes(uid: str) -> list[int]:
    groups = Path("/proc").glob("[0-9]*/cgroup")
    return [int(path.parent.name) for path in groups if uid in _read(path).replace("_", "-")]


def _command(process: int) -> str:
    return _read(Path(f"/proc/{process}/cmdline"))


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""
