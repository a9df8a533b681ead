"""A process that has imported the digest: each pod is a connection to it, each line a run, forked from it.

A run is a process of its own in every respect; it only need not spend a second on its imports.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import kubernetes.client  # noqa: F401 - imported here so that no run has to

from digest.cli import main

_LONGEST_RUN_SECONDS = 120


@dataclass(frozen=True)
class Start:
    """How a run is started."""

    arguments: list[str]
    environ: dict[str, str]
    told: str
    """The file that gets what it prints."""
    waits: str
    """The file that gets each time, in seconds, that it wanted to wait."""
    patience: float
    """Which part of such a time it really waits."""
    now: str
    """The time that its clock shows, as ISO; empty for the machine's."""


def line(start: Start) -> str:
    """Return the line that starts a run."""
    return json.dumps(asdict(start)) + "\n"


def serve(path: str) -> None:
    """Listen there for pods until it is told to end, and have a process for each."""
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            pod, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _follow(pod)
                return
            pod.close()


def _follow(pod: socket.socket) -> None:
    """Start what each line asks for; write its process id, and when it has ended its exit code."""
    with suppress(ConnectionError), pod, pod.makefile("r") as asked:
        for one in asked:
            pid = os.fork()
            if pid == 0:
                _become(Start(**json.loads(one)))
            pod.sendall(f"{pid}\n".encode())
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            pod.sendall(f"{code}\n".encode())


def _become(start: Start) -> None:
    signal.alarm(_LONGEST_RUN_SECONDS)  # what hangs fails its test, and stays behind after none
    told = os.open(start.told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for standard in (sys.stdout, sys.stderr):
        os.dup2(told, standard.fileno())
    os.environ.clear()
    os.environ.update(start.environ)
    sys.argv = ["alertgest-digest", *start.arguments]
    now = datetime.fromisoformat(start.now) if start.now else None
    main((lambda: now) if now else (lambda: datetime.now(UTC)), lambda seconds: _wait(start, seconds))
    sys.exit(0)


def _wait(start: Start, seconds: float) -> None:
    with open(start.waits, "a", encoding="ascii") as waits:  # noqa: PTH123 - a path of the line
        waits.write(f"{seconds}\n")
    time.sleep(seconds * start.patience)


if __name__ == "__main__":
    serve(sys.argv[1])
