"""The comparison's part of the facts; what each verdict takes is said here and in ``docs/design.md``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["new", "back", "chronic", "known"]
Volume = Literal["worse", "better", "usual"]
Loudness = Literal["louder", "quieter", "usual"]


@dataclass(frozen=True)
class GroupComparison:
    """One group of this period against the nights kept; figures are given from the first night on, verdicts are not."""

    group: str
    """The id of the group."""
    key: str
    """What the group is known by from night to night: a hash of its source, cluster, alertname, severity, namespace."""
    hours: int
    """The local hours in which it fired in this period, a bit for each: bit 0 is 00:00 to 01:00."""
    verdict: Verdict | None = None
    """``new``: on no night kept. ``chronic``: on at least 6 of the last 7 comparable nights, this one included.
    ``back``: last seen at least 7 days ago, with at least 3 nights between that were kept and had none of it.
    ``known``: seen before, and none of these. The first that holds, in the order new, chronic, back; None from fewer
    than 3 comparable nights.
    """
    volume: Volume | None = None
    """``worse`` or ``better``: its occurrences are far off the usual, beyond three times the spread and the floors of
    ``docs/design.md``. It stands beside the verdict, since what is chronic can be worse too. None where nothing is
    claimed: from fewer than 3 measured nights, of a group that is new or back, for a part of a window.
    """
    last_seen_at: datetime | None = None
    """When it was last seen on an earlier night kept; None where it never was."""
    days_since: int | None = None
    """Local calendar days from then to its first sight in this period, at least 0."""
    fired_nights: int = 1
    """On how many of the last comparable nights it fired, at most 7 of them, this one included."""
    of_nights: int = 1
    """How many those were."""
    usual: float | None = None
    """The median of its occurrences on the measured nights; a night without it counts 0. None without such nights,
    and for a part of a window, as all figures from here on.
    """
    spread: float | None = None
    """The median of the distances to that median (MAD)."""
    last_week: int | None = None
    """Its occurrences on the same night last week; 0 where that night had none of it, None as for the night."""


@dataclass(frozen=True)
class NightCount:
    """One night: when it ended, and its occurrences; None where no card was sent or no webhook came."""

    end: datetime
    occurrences: int | None


@dataclass(frozen=True)
class NightComparison:
    """The night as a whole against the comparable ones."""

    verdict: Loudness | None
    """Far off the usual or not; None from fewer than 3 measured nights, and where no webhook came in this one."""
    measured: int
    """How many of the comparable nights were counted like this one: with what Prometheus adds, or without."""
    usual: float | None
    """The median of all occurrences on a measured night."""
    spread: float | None
    """The median of the distances to that median (MAD)."""
    last_week: int | None
    """All occurrences of the same night last week; None where that night was not kept or counted otherwise."""
    last_nights: tuple[NightCount, ...]
    """The last seven nights of any kind, oldest first, this one last; fewer where there were fewer."""


@dataclass(frozen=True)
class Comparison:
    """How this period compares with the nights kept: the told windows before it in which a webhook came."""

    nights_kept: int
    """How many nights are kept before this one, of all kinds."""
    comparable: int
    """How many of them are like this one, at most the newest 28: of the same kind of day, and of about the same length.
    For a part of a window, which has no like, nights of all kinds.
    """
    groups: tuple[GroupComparison, ...]
    """One for each group of the facts, in their order."""
    night: NightComparison | None = None
    """None for a part of a window: half a night has no volume to compare."""
