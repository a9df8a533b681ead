"""Memory, open files and connections over time, and whether they stay flat."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread

import psycopg

_PAGE_KIBIBYTES = 4
_FLAT_SHARE = 1.10


@dataclass(frozen=True)
class Sample:
    """One look at a process: its memory in KiB and its open files, sockets among them."""

    memory: int
    files: int


@dataclass(frozen=True)
class Course:
    """How a figure went: the medians of the second and of the last fifth of a soak."""

    early: float
    late: float
    most: float

    def flat(self, slack: float) -> bool:
        """Whether the late one is not above the early one by more than a tenth and ``slack``."""
        return self.late <= self.early * _FLAT_SHARE + slack


def course(figures: list[int]) -> Course:
    """Return how the figures, in their order, went; at least five."""
    fifth = len(figures) // 5
    return Course(median(figures[fifth : 2 * fifth]), median(figures[-fifth:]), max(figures))


@contextmanager
def sampling(pid: Callable[[], int], url: str) -> Iterator[tuple[list[Sample], list[int]]]:
    """Look once a second until the block ends; yield what is seen of a process and how many connections there are."""
    samples, connections, ended = list[Sample](), list[int](), Event()

    def look() -> None:
        while not ended.wait(1):
            if seen := sample(pid()):
                samples.append(seen)
            if (number := _connections(url)) is not None:
                connections.append(number)

    thread = Thread(target=look)
    thread.start()
    try:
        yield samples, connections
    finally:
        ended.set()
        thread.join()


def sample(pid: int) -> Sample | None:
    """Look at a process; None where it is gone."""
    folder = Path(f"/proc/{pid}")
    try:
        pages = int((folder / "statm").read_text(encoding="ascii").split()[1])
        return Sample(pages * _PAGE_KIBIBYTES, len(list((folder / "fd").iterdir())))
    except (OSError, IndexError):
        return None


def _connections(url: str) -> int | None:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    try:
        with psycopg.connect(url, connect_timeout=2, options="-c statement_timeout=2000") as conn:
            return int(conn.execute(sql).fetchall()[0][0])
    except psycopg.Error:
        return None
