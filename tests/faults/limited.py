"""The receiver under the memory limit of the chart, and how much it took at most."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import yaml

from tests.ingest_process import free_ports, wait_until, wait_until_answers

VALUES = Path(__file__).parents[2] / "charts" / "alertgest" / "values.yaml"
_UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
_START = "from ingest.cli import main; main()"


@dataclass(frozen=True)
class Limited:
    """A receiver that runs: where it answers, its process and the file of its log."""

    address: str
    pid: int
    log: Path

    @property
    def port(self) -> int:
        """Its port on loopback."""
        return int(self.address.rpartition(":")[2])

    def peak(self) -> int:
        """Return the most bytes of memory that it had so far."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) << 10

    def files(self) -> int:
        """Return how many files and connections it has open."""
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())


def memory_limit() -> int:
    """Return the limit of the receiver's memory in the chart, in bytes."""
    limit = yaml.safe_load(VALUES.read_text(encoding="utf-8"))["ingest"]["resources"]["limits"]["memory"]
    return int(limit[:-2]) * _UNITS[limit[-2:]]


@contextmanager
def limited_ingest(database_url: str, log: Path, files: int = 0, **settings: str) -> Iterator[Limited]:
    """Run the receiver under the chart's limit of memory, and if given of open files; the peak is asserted at the end.

    Where the groups of the kernel cannot be written, as on a laptop, the peak alone is looked at.
    """
    ours = {"DATABASE_URL": database_url, **free_ports(), **settings}
    with _memory_group(memory_limit()) as group, log.open("w", encoding="utf-8") as errors:
        steps = [f"echo $$ > {group}/cgroup.procs"] if group else []
        steps += [f"ulimit -n {files}"] if files else []
        command = ["/bin/sh", "-c", " && ".join([*steps, 'exec "$@"']), "sh", sys.executable, "-c", _START, "serve"]
        process = subprocess.Popen(command, env=os.environ | ours, stderr=errors)
        try:
            running = Limited(f"http://127.0.0.1:{ours['APP_PORT']}", process.pid, log)
            wait_until_answers(f"{running.address}/ready")
            yield running
            assert running.peak() < memory_limit()
        finally:
            process.terminate()
            process.wait(60)


@contextmanager
def _memory_group(limit: int) -> Iterator[Path | None]:
    top = Path("/sys/fs/cgroup")
    old = (top / "memory" / "memory.limit_in_bytes").exists()
    group = (top / "memory" if old else top) / f"alertgest-{uuid4().hex[:8]}"
    try:
        group.mkdir()
        (group / ("memory.limit_in_bytes" if old else "memory.max")).write_text(str(limit))
    except OSError:
        if group.exists():
            group.rmdir()
        yield None
        return
    try:
        yield group
    finally:
        wait_until(lambda: _gone(group))


def _gone(group: Path) -> bool:
    try:
        group.rmdir()
    except OSError:
        return False
    return True
