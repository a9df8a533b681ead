"""From the samples of ALERTS to the times in which each series fired; pure. Times are seconds since the epoch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from digest.confirm.model import FiringSeries, Rule, Stretch

Labels = tuple[tuple[str, str], ...]
BREAK = 1.5
"""Intervals without a sample after which a series has stopped firing."""
_ALWAYS = 0.5
"""What fires for so much of the time may show by its gaps where Prometheus itself was away."""
_FEWEST_WITNESSES = 2
_HEARTBEAT = ("severity", "none")
"""How kube-prometheus labels its Watchdog: that one shows it alone."""
_LONGEST_GRACE = 600.0
"""For how long after a restart an alert with a ``for`` may be pending again (``--rules.alert.for-grace-period``)."""


@dataclass
class Runs:
    """First and last sample of each run of one series, parted at the shortest interval, and distances of samples."""

    shortest: float
    runs: list[list[float]] = field(default_factory=list)
    distances: Counter[int] = field(default_factory=Counter)

    def add(self, at: float) -> None:
        """Take a sample; samples come in the order of time."""
        if self.runs and at <= self.runs[-1][1]:
            return
        if self.runs:
            self.distances[round(at - self.runs[-1][1])] += 1
        if self.runs and at - self.runs[-1][1] <= BREAK * self.shortest:
            self.runs[-1][1] = at
        else:
            self.runs.append([at, at])

    @property
    def spacing(self) -> float:
        """The median distance of two samples; 0 where there is but one."""
        middle, seen = (self.distances.total() + 1) // 2, 0
        for distance, number in sorted(self.distances.items()):
            seen += number
            if seen >= middle:
                return float(distance)
        return 0.0


@dataclass(frozen=True)
class Asked:
    """The time that was asked for, and when Prometheus evaluated last in it, as its samples are dated."""

    first: float
    last: float
    until: float


def rule_of(labels: Mapping[str, str], rules: Sequence[Rule]) -> Rule | None:
    """Return the rule of a series: the only one of its name whose own labels it has; None where that is not one."""
    fitting = [one for one in rules if all(labels.get(name) == text for name, text in one.labels.items())]
    alike = {(one.interval, one.duration) for one in fitting}
    return fitting[0] if len(alike) == 1 else None


def interval_of(one: Runs, rule: Rule | None) -> float:
    """Return the interval of a series: its rule's, or else the median distance of its samples."""
    return rule.interval if rule else max(one.spacing, one.shortest)


def outages(series: Mapping[Labels, Runs], asked: Asked) -> tuple[tuple[float, float], ...]:
    """Return the gaps in which nothing was evaluated: those that all series have that fire most of the time.

    That is told by two such series at least, or by a heartbeat; a gap of a single alert is that it cleared.
    """
    gaps: list[list[tuple[float, float]]] = []
    heartbeat = False
    for labels, one in series.items():
        runs = merged(one.runs, BREAK * max(one.spacing, one.shortest))
        if sum(end - start for start, end in runs) >= _ALWAYS * (asked.last - asked.first):
            gaps.append([(before[1], after[0]) for before, after in pairwise(runs)])
            heartbeat = heartbeat or _HEARTBEAT in labels
    if not gaps or (len(gaps) < _FEWEST_WITNESSES and not heartbeat):
        return ()
    common = gaps[0]
    for own in gaps[1:]:
        common = [(max(a[0], b[0]), min(a[1], b[1])) for a in common for b in own if _meet(a, b)]
    return tuple(common)


def merged(runs: Iterable[Sequence[float]], longest: float) -> list[list[float]]:
    """Return the runs, those as one that are no further apart than ``longest`` seconds."""
    found: list[list[float]] = []
    for start, end in runs:
        if found and start - found[-1][1] <= longest:
            found[-1][1] = end
        else:
            found.append([start, end])
    return found


def stretches(one: Runs, rule: Rule | None, gone: Sequence[tuple[float, float]], asked: Asked) -> tuple[Stretch, ...]:
    """Return when a series fired; what fired before and after an outage fired through it."""
    interval = interval_of(one, rule)
    runs = merged(one.runs, BREAK * interval)
    bridged = list(_bridged(runs, interval, rule.duration if rule else 0.0, gone))
    return tuple(_stretch(start, end, interval, asked) for start, end in bridged)


def _bridged(
    runs: list[list[float]], interval: float, duration: float, gone: Sequence[tuple[float, float]]
) -> Iterator[list[float]]:
    current: list[float] | None = None
    grace = BREAK * interval + (interval + min(duration, _LONGEST_GRACE) if duration else 0)
    for run in runs:
        through = current and any(
            start - BREAK * interval <= current[1] <= start + interval and run[0] <= end + grace for start, end in gone
        )
        if current and through:
            current[1] = run[1]
        else:
            if current:
                yield current
            current = list(run)
    if current:
        yield current


def _stretch(start: float, end: float, interval: float, asked: Asked) -> Stretch:
    firing = end > asked.last - BREAK * interval
    cut = start <= asked.first + BREAK * interval
    return Stretch(time_of(start), time_of(asked.last if firing else min(asked.last, end + interval)), firing, cut)


def by_name(
    runs: Mapping[Labels, Runs], rules: Mapping[str, Sequence[Rule]], asked: Asked
) -> dict[str, tuple[FiringSeries, ...]]:
    """Return the series of each alertname, in the order of their labels."""
    gone = outages(runs, asked)
    found: dict[str, list[FiringSeries]] = {}
    for labels, one in sorted(runs.items()):
        known = dict(labels)
        name = known.get("alertname", "")
        rule = rule_of(known, rules.get(name, ()))
        found.setdefault(name, []).append(FiringSeries(known, stretches(one, rule, gone, asked)))
    return {name: tuple(some) for name, some in found.items()}


def time_of(seconds: float) -> datetime:
    """Return an aware UTC time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
