"""The points of a run, by what is known of its card when the program ends there."""

from dataclasses import dataclass

from tests.faults.gate import Point
from tests.faults.stations import points

SENDING, POSTED = "UPDATE digests SET state = 'sending',", "POST teams/workflow"


@dataclass(frozen=True)
class Phases:
    """Each point is in one of them."""

    unsent: list[Point]
    """Nothing says that the card was to be posted."""
    sending: list[Point]
    """The database says so, and the workflow does not have it."""
    taken: list[Point]
    """The workflow has it, and the database does not say so."""
    recorded: list[Point]
    """The database says that it has been sent."""


def phases(names: list[str]) -> Phases:
    """Return the phases of a run that does these steps."""
    sending, posted = names.index(SENDING), names.index(POSTED)
    ends = [2 * step + 1 for step in (sending, posted, names.index("COMMIT", posted))]
    every = points(names)
    return Phases(every[: ends[0]], every[ends[0] : ends[1]], every[ends[1] : ends[2]], every[ends[2] :])
