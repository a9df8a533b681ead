"""A station has a night and two pods: there the digest is killed, told to stop, or held beside another pod."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.faults.closed_night import MORNING, Around, Night, night
from tests.faults.gate import Point, Steps
from tests.faults.pods import Ended, Pod, pods

_PATIENCE = 0.02


@dataclass(frozen=True)
class Station:
    """A night, the pod that tells it, and another pod for the same night.

    Where ``whole``, a run that is held on its way has all servers around, each behind a gate.
    """

    night: Night
    pod: Pod
    other: Pod
    whole: bool = False

    def steps(self, *arguments: str, **more: str) -> list[str]:
        """Run to the end; return the names of the steps."""
        steps = Steps()
        with self.night.reached(steps, whole=self.whole) as environ:
            ended = self.pod.run(environ | more, *arguments, now=MORNING)
        assert ended.code == 0, ended.told
        return steps.names

    def kill(self, point: Point, *arguments: str, **more: str) -> None:
        """Run up to a point, and kill the program there."""
        steps = Steps(point)
        with self.night.reached(steps, whole=self.whole) as environ:
            self.pod.start(environ | more, *arguments, now=MORNING)
            steps.wait_until_held()
            self.pod.signal(signal.SIGKILL)
            steps.cut()
            ended = self.pod.end()
        assert ended.code == -signal.SIGKILL, (point, ended.told)

    def stop(self, point: Point, *arguments: str, **more: str) -> Ended:
        """Run up to a point, tell the program there to stop, and let everything pass."""
        steps = Steps(point)
        with self.night.reached(steps, whole=self.whole) as environ:
            self.pod.start(environ | more, *arguments, now=MORNING)
            steps.wait_until_held()
            self.pod.signal(signal.SIGTERM)
            steps.let_pass()
            return self.pod.end()

    def run(self, *arguments: str, **more: str) -> Ended:
        """Run to the end, without gates and without the servers around."""
        return self.pod.run(self.night.environ() | more, *arguments, now=MORNING)

    def assert_nothing_more_is_sent(self) -> None:
        """Run once more: everything has been told."""
        before = len(self.night.teams.bodies)
        assert self.run("run").code == 0
        assert len(self.night.teams.bodies) == before


Stations = tuple[Station, Station]


def another_job() -> str:
    """Return the UID of a Job that has made no pod yet."""
    return str(uuid4())


@contextmanager
def stations(postgres: str, around: Around, folder: Path) -> Iterator[Stations]:
    """Keep two stations until the block ends, one for each of two cores; the second is behind PgBouncer."""
    with ExitStack() as stack:
        running = stack.enter_context(pods(folder, 4, _PATIENCE))
        direct = stack.enter_context(night(postgres, around, folder / "direct"))
        pooled = stack.enter_context(night(postgres, around, folder / "pooled", pooled=True))
        yield Station(direct, running[0], running[1]), Station(pooled, running[2], running[3])


def at_both(both: Stations, points: list[Point], work: Callable[[Station, list[Point]], int]) -> int:
    """Share points out to two stations that work at the same time, every other one; return the sum of the results."""
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(work, both, (points[::2], points[1::2])))


def points(names: list[str]) -> list[Point]:
    """Return the points before and after each step."""
    numbered = [(name, names[:place].count(name)) for place, name in enumerate(names)]
    return [Point(name, earlier, after) for name, earlier in numbered for after in (False, True)]
