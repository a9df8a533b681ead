"""The comparison in words that are read in passing; what may not be claimed is not said; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.compare.compare import FEWEST_NIGHTS
from digest.compare.history import ends_on_weekend
from digest.compare.model import Comparison, GroupComparison, NightComparison
from digest.facts import Facts
from digest.wording import count

_DAY = timedelta(days=1)
_FEWEST_SHOWN = 2
_ONCE = 1


@dataclass(frozen=True)
class _Kind:
    one: str
    many: str


_NIGHT = _Kind("night", "nights")


def words_by_group(facts: Facts) -> dict[str, str]:
    """Return a few words about each group by its id, empty where nothing is worth a word.

    For instance "back after 23 days", or "every night (7 of 7)" and that it came three times as often as usual.
    """
    words = dict.fromkeys((group.id for group in facts.groups), "")
    counts = {group.id: group.total_occurrences for group in facts.groups}
    if facts.comparison:
        kept, kind = facts.comparison.nights_kept, _kind(facts)
        for one in facts.comparison.groups:
            told = (_presence(one, kept, kind), _volume(one, counts[one.group]))
            words[one.group] = "; ".join(filter(None, told))
    return words


def groups_line(comparison: Comparison | None) -> str:
    """Return how many groups are what: "2 new, 1 back, 14 chronic, 1 worse than usual." Empty where none is."""
    groups = comparison.groups if comparison else ()
    told = (
        (sum(one.verdict == "new" for one in groups), "new"),
        (sum(one.verdict == "back" for one in groups), "back"),
        (sum(one.verdict == "chronic" for one in groups), "chronic"),
        (sum(one.volume == "worse" for one in groups), "worse than usual"),
        (sum(one.volume == "better" for one in groups), "better than usual"),
    )
    words = ", ".join(f"{number:,} {word}" for number, word in told if number)
    return f"{words}." if words else ""


def night_line(facts: Facts) -> str:
    """Return the verdict on the night as a whole.

    "Louder than usual: 314 occurrences, usually about 40, last week 52." Says so where too few nights are kept. Empty
    for a part of a window, and where no webhook came.
    """
    comparison = facts.comparison
    if comparison is None or comparison.night is None or not facts.capture.received:
        return ""
    night = comparison.night
    if night.verdict is None:
        return f"Comparison starts after {FEWEST_NIGHTS} nights like this one; {night.measured} are kept."
    return _verdict(night, facts.totals.occurrences)


def nights_line(facts: Facts) -> str:
    """Return the last seven nights by the days on which they ended, this one last: "Fri 41 · Mon 38 → Tue 314".

    A dash stands for a count that is not known: no card was sent, or no webhook came. Empty where there is but one
    night, and for a part of a window.
    """
    night = facts.comparison.night if facts.comparison else None
    if night is None or len(night.last_nights) < _FEWEST_SHOWN:
        return ""
    zone = ZoneInfo(facts.period.timezone)
    shown = [_shown(one.end.astimezone(zone), one.occurrences) for one in night.last_nights]
    return f"{' · '.join(shown[:-1])} → {shown[-1]}"


def _shown(end: datetime, occurrences: int | None) -> str:
    return f"{end:%a} {'–' if occurrences is None else f'{occurrences:,}'}"


def _presence(one: GroupComparison, kept: int, kind: _Kind) -> str:
    match one.verdict:
        case "new":
            return f"new in {kept:,} nights kept"
        case "back":
            return f"back after {one.days_since:,} days"
        case "chronic" if one.fired_nights == one.of_nights:
            return f"every {kind.one} ({one.fired_nights} of {one.of_nights})"
        case "chronic":
            return f"{one.fired_nights} of the last {one.of_nights} {kind.many}"
        case _:
            return ""


def _volume(one: GroupComparison, occurrences: int) -> str:
    if one.usual is None or one.volume not in {"worse", "better"}:
        return ""
    if one.volume == "better":
        return f"fewer than the usual {_plain(one.usual)}"
    if one.usual < _ONCE:
        return f"{occurrences:,} times, usually none"
    return f"{_plain(occurrences / one.usual)}× the usual {_plain(one.usual)}"


def _verdict(night: NightComparison, occurrences: int) -> str:
    heads = {"louder": "Louder than usual", "quieter": "Quieter than usual", "usual": "In the usual range"}
    usual = f"usually about {night.usual:,.0f}" if night.usual and night.usual >= _ONCE else "usually none"
    week = "" if night.last_week is None else f", last week {night.last_week:,}"
    return f"{heads[night.verdict or 'usual']}: {count(occurrences, 'occurrence')}, {usual}{week}."


def _kind(facts: Facts) -> _Kind:
    """Return what the nights are called that count as comparable: not simply nights where others lie between them."""
    night = facts.comparison.night if facts.comparison else None
    if night is None:
        return _NIGHT
    if facts.period.end - facts.period.start > _DAY:
        return _Kind("window like this", "windows like this")
    zone = facts.period.timezone
    if ends_on_weekend(facts.period.end, zone):
        return _Kind("weekend night", "weekend nights")
    mixed = any(ends_on_weekend(one.end, zone) for one in night.last_nights)
    return _Kind("weekday night", "weekday nights") if mixed else _NIGHT


def _plain(number: float) -> str:
    """Return a number with at most one decimal: 12, 2.5, 1,200."""
    return f"{number:,.1f}".removesuffix(".0")
