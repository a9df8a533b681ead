"""Which fault comes when: the same for the same seed; pure."""

from dataclasses import dataclass
from random import Random

FAULTS = {
    "kill -9 of a receiver": 4,
    "SIGTERM to a receiver": 3,
    "kill -9 of PostgreSQL": 3,
    "PostgreSQL restarts": 2,
    "PostgreSQL frozen": 2,
    "connections cut by PostgreSQL": 3,
    "table alerts locked": 2,
    "digest runs": 2,
    "retention runs": 1,
}
"""Each fault, and how often it comes for one of the others."""
_QUIET_AT_ENDS = 5.0
_BETWEEN = (3.0, 11.0)
_LENGTH = (0.3, 6.0)


@dataclass(frozen=True)
class Planned:
    """One fault: seconds after the begin, what it is, and for how many seconds it lasts where it does last."""

    at: float
    name: str
    seconds: float


def plan(seconds: float, seed: int) -> list[Planned]:
    """Return the faults of a soak in order; each kind comes before one comes a second time."""
    chance, planned, at = Random(seed), list[Planned](), _QUIET_AT_ENDS
    waiting = chance.sample(list(FAULTS), len(FAULTS))
    while at < seconds - _QUIET_AT_ENDS:
        name = waiting.pop() if waiting else chance.choices(list(FAULTS), list(FAULTS.values()))[0]
        planned.append(Planned(at, name, chance.uniform(*_LENGTH)))
        at += chance.uniform(*_BETWEEN)
    return planned
