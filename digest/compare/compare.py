"""From the nights kept to verdicts about this one; pure. Nothing is claimed from fewer than three comparable nights."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.compare.history import Night, Past, Sighting, with_prometheus
from digest.compare.model import Comparison, GroupComparison, Loudness, NightComparison, NightCount, Verdict, Volume
from digest.compare.usual import far_off, usual_of
from digest.facts import Facts, Group, Period, whole_second

FEWEST_NIGHTS = 3
"""From fewer comparable nights nothing is claimed."""
WEEK_OF_NIGHTS = 7
CHRONIC_NIGHTS = 6
"""Of the last ``WEEK_OF_NIGHTS`` comparable nights, this one included."""
BACK_DAYS = 7
BACK_NIGHTS = 3
"""So many nights kept must lie between without the group: absence needs witnesses."""
GROUP_FACTOR = 2.0
"""Twice as often as usual, or half."""
NIGHT_FACTOR = 1.5
"""A whole night, the sum of many groups, moves less than one of them."""
_VOLUMES: dict[int, Volume] = {1: "worse", -1: "better", 0: "usual"}
_LOUDNESS: dict[int, Loudness] = {1: "louder", -1: "quieter", 0: "usual"}


@dataclass(frozen=True)
class Known:
    """What is known of a group of this period: its key, the local hours in which it fired, its earlier sights."""

    key: str
    hours: int
    sightings: tuple[Sighting, ...]
    """On the nights asked for (``Past.asked_for``) and on the last one that had it; oldest first."""


@dataclass(frozen=True)
class _Yardstick:
    """The nights whose volumes this one is held against, last week's, and whether they are enough for a verdict."""

    nights: tuple[Night, ...]
    last_week: Night | None
    suffices: bool


def compare(facts: Facts, past: Past, known: Mapping[str, Known], *, whole: bool) -> Comparison:
    """Return the comparison; ``known`` is by group id, ``whole`` as in ``look_back``."""
    groups = (_presence(group, facts.period, past, known[group.id]) for group in facts.groups)
    if not whole:
        return Comparison(len(past.kept), len(past.comparable), tuple(groups))
    yard = _yardstick(facts, past)
    pairs = zip(facts.groups, groups, strict=True)
    measured = tuple(_measured(one, group, yard, known[group.id]) for group, one in pairs)
    return Comparison(len(past.kept), len(past.comparable), measured, _night(facts, past, yard))


def by_key(sightings: Sequence[Sighting]) -> dict[str, tuple[Sighting, ...]]:
    """Return the sightings of each key, oldest first."""
    result: dict[str, list[Sighting]] = defaultdict(list)
    for one in sorted(sightings, key=lambda sighting: sighting.night_end):
        result[one.key].append(one)
    return {key: tuple(some) for key, some in result.items()}


def _presence(group: Group, period: Period, past: Past, known: Known) -> GroupComparison:
    seen_on = {one.night_end for one in known.sightings}
    last = known.sightings[-1] if known.sightings else None
    days = _days(last.last_seen, group.first_seen, period.timezone) if last else None
    week = past.comparable[-(WEEK_OF_NIGHTS - 1) :]
    fired = 1 + sum(night.end in seen_on for night in week)
    return GroupComparison(
        group=group.id,
        key=known.key,
        hours=known.hours,
        verdict=_verdict(past, last, days, fired),
        last_seen_at=whole_second(last.last_seen) if last else None,
        days_since=days,
        fired_nights=fired,
        of_nights=1 + len(week),
    )


def _verdict(past: Past, last: Sighting | None, days: int | None, fired: int) -> Verdict | None:
    if len(past.comparable) < FEWEST_NIGHTS:
        return None
    if last is None or days is None:
        return "new"
    if fired >= CHRONIC_NIGHTS and len(past.comparable) >= WEEK_OF_NIGHTS - 1:
        return "chronic"
    between = sum(night.end > last.night_end for night in past.kept)
    return "back" if days >= BACK_DAYS and between >= BACK_NIGHTS else "known"


def _yardstick(facts: Facts, past: Past) -> _Yardstick:
    """Leave out nights whose counts come from other sources: Prometheus adds what no webhook told."""
    asked = with_prometheus(facts)
    nights = tuple(night for night in past.comparable if night.prometheus == asked)
    last_week = past.last_week if past.last_week and past.last_week.prometheus == asked else None
    return _Yardstick(nights, last_week, facts.capture.received and len(nights) >= FEWEST_NIGHTS)


def _measured(one: GroupComparison, group: Group, yard: _Yardstick, known: Known) -> GroupComparison:
    counts = {sighting.night_end: sighting.occurrences for sighting in known.sightings}
    usual = usual_of([counts.get(night.end, 0) for night in yard.nights])
    told = yard.suffices and one.verdict in {"chronic", "known"}
    return replace(
        one,
        volume=_VOLUMES[far_off(group.total_occurrences, usual, GROUP_FACTOR)] if told else None,
        usual=usual.median if usual.counts else None,
        spread=usual.spread if usual.counts else None,
        last_week=counts.get(yard.last_week.end, 0) if yard.last_week else None,
    )


def _night(facts: Facts, past: Past, yard: _Yardstick) -> NightComparison:
    usual = usual_of([night.occurrences or 0 for night in yard.nights])
    told = facts.totals.occurrences
    earlier = (NightCount(night.end, night.occurrences) for night in past.windows[-(WEEK_OF_NIGHTS - 1) :])
    return NightComparison(
        verdict=_LOUDNESS[far_off(told, usual, NIGHT_FACTOR)] if yard.suffices else None,
        measured=len(yard.nights),
        usual=usual.median if usual.counts else None,
        spread=usual.spread if usual.counts else None,
        last_week=yard.last_week.occurrences if yard.last_week else None,
        last_nights=(*earlier, NightCount(facts.period.end, told if facts.capture.received else None)),
    )


def _days(before: datetime, after: datetime, timezone: str) -> int:
    zone = ZoneInfo(timezone)
    return max(0, (after.astimezone(zone).date() - before.astimezone(zone).date()).days)
