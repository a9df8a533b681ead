"""One occurrence of one series, as the facts keep the newest of them; times are aware UTC times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EpisodeState = Literal["firing", "stale", "cleared"]


@dataclass(frozen=True)
class Episode:
    """One occurrence of one series."""

    start: datetime
    """Also where it lies before the period."""
    end: datetime | None
    """When it cleared; the last news where it is stale; None while it fires."""
    state: EpisodeState
    """"cleared" also where its resolve was lost and its series fires again after the period: this one has ended."""
    labels: tuple[tuple[str, str], ...] = ()
    """What tells its series from the others of its group, at most two labels; JSON has them in no order."""
