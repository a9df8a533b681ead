"""Tonight beside the nights kept, as bars; pure."""

from zoneinfo import ZoneInfo

from digest.compare.model import GroupComparison, NightComparison
from digest.compare.words import nights_line
from digest.facts import Facts, Group
from digest.report.model import Compared, NightBar, Nights, Usual
from digest.wording import count, group_name

MOST_GROUPS = 20
_FEWEST_NIGHTS = 2
_GAP = 0.25
"""Of the width of a night that is left free beside its bar."""
_ORDER = ("worse", "better", "usual", None)


def compared(facts: Facts) -> Compared | None:
    """Return the charts of the comparison; None where nothing is known to compare with."""
    comparison = facts.comparison
    if comparison is None:
        return None
    nights = _nights(facts, comparison.night) if comparison.night else None
    by_id = {group.id: group for group in facts.groups}
    known = [one for one in comparison.groups if one.usual is not None and one.group in by_id]
    known.sort(key=lambda one: _ORDER.index(one.volume))
    groups = tuple(_usual(one, by_id[one.group]) for one in known[:MOST_GROUPS])
    return Compared(nights, groups, len(known) - len(groups)) if nights or groups else None


def _nights(facts: Facts, night: NightComparison) -> Nights | None:
    shown, zone = night.last_nights, ZoneInfo(facts.period.timezone)
    if len(shown) < _FEWEST_NIGHTS:
        return None
    most = max(1.0, night.usual or 0, *(one.occurrences or 0 for one in shown))
    step = 100 / len(shown)
    bars = tuple(
        NightBar(
            f"{one.end.astimezone(zone):%a}",
            "–" if one.occurrences is None else f"{one.occurrences:,}",
            round(step * (number + _GAP / 2), 3),
            round(step * (1 - _GAP), 3),
            round(100 * (one.occurrences or 0) / most, 3),
            number == len(shown) - 1,
        )
        for number, one in enumerate(shown)
    )
    usual = None if night.usual is None else round(100 * night.usual / most, 3)
    words = "" if night.usual is None else f"usual: {night.usual:,.0f}"
    return Nights(bars, usual, words, f"Occurrences on the last nights: {nights_line(facts)}.")


def _usual(one: GroupComparison, group: Group) -> Usual:
    usual, tonight = one.usual or 0.0, group.total_occurrences
    most = max(1.0, usual, tonight, one.last_week or 0)
    week = "" if one.last_week is None else f", last week {one.last_week:,}"
    volume = one.volume if one.volume in {"worse", "better"} else ""
    told = f" ({volume} than usual)" if volume else ""
    return Usual(
        group.id,
        group_name(group),
        volume or "usual",
        round(100 * tonight / most, 3),
        round(100 * usual / most, 3),
        None if one.last_week is None else round(100 * one.last_week / most, 3),
        f"{count(tonight, 'time')}, usually {_plain(usual)}{week}{told}",
    )


def _plain(number: float) -> str:
    return f"{number:,.1f}".removesuffix(".0") if number else "none"
