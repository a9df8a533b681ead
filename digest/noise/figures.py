"""The pieces of the noise report that every text of it is made of; names are untrusted text, cleaned."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from digest.noise.model import Report, RuleRecord, RuleVerdict
from digest.noise.words import VERDICTS, percent, proposal_words
from digest.wording import clean, count

_BARS = "▁▂▃▄▅▆▇█"
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


@dataclass(frozen=True)
class Figures:
    """What is told of a rule in columns, each as it is printed; also their heads."""

    severity: str
    firings: str
    median: str
    soon: str
    """The part that cleared within five minutes."""
    days: str
    silenced: str
    """The silenced part; empty where there is no sample."""
    hours: str
    """A bar for each hour of the day."""

    @property
    def columns(self) -> str:
        """The figures side by side, as wide as their heads."""
        return (
            f"{self.severity:<8} {self.firings:>7} {self.median:>7} {self.soon:>6} {self.days:>4}"
            f" {self.silenced:>8} {self.hours}"
        )


HEADS = Figures("severity", "firings", "median", "≤5 min", "days", "silenced", "from 0 to 23 h")


def figures(record: RuleRecord) -> Figures:
    """Return the figures of a rule."""
    return Figures(
        clean(record.rule.severity, 8),
        f"{record.firings:,}",
        _short(record.median_seconds),
        f"{percent(record.cleared_soon, record.firings)}%",
        str(record.days),
        "" if record.silenced_share is None else f"{record.silenced_share:.0%}",
        _bars(record.hours),
    )


def head_lines(report: Report) -> tuple[str, str]:
    """Return what the report is about, and how much it is."""
    first, last = (
        f"{at.astimezone(ZoneInfo(report.timezone)):%a %d %b %Y %H:%M}" for at in (report.since, report.until)
    )
    firings = sum(one.record.firings for one in report.rules)
    return (
        f"Noise, {first} – {last} {report.timezone}",
        f"{count(len(report.rules), 'rule')}, {count(firings, 'firing')}; worst first",
    )


def shown_rules(report: Report) -> Sequence[RuleVerdict]:
    """Return the rules of which anything is claimed."""
    return [one for one in report.rules if one.verdict != "too_few"]


def few_words(report: Report) -> str:
    """Return how many rules nothing is claimed of; empty where there are none."""
    few = [one.record.firings for one in report.rules if one.verdict == "too_few"]
    return (
        f"{count(len(few), 'rule')} with fewer than 5 firings ({sum(few)} in all): nothing is claimed." if few else ""
    )


def verdict_words(one: RuleVerdict, report: Report) -> tuple[str, str]:
    """Return the verdict, with the place of the rule where the report has several, and what would help."""
    rule = one.record.rule
    several = len({(each.record.rule.source, each.record.rule.cluster) for each in report.rules}) > 1
    place = " / ".join(clean(part, 40) for part in (rule.source, rule.cluster) if part)
    return f"{VERDICTS[one.verdict]}{f' [{place}]' if several else ''}", proposal_words(one, share=True)


def _short(seconds: int) -> str:
    """Return a duration in at most seven characters: 45s, 12m, 3h48m, 12d5h."""
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return f"{days}d{hours}h" if hours else f"{days}d"
    if hours:
        return f"{hours}h{minutes}m" if minutes else f"{hours}h"
    return f"{minutes}m" if minutes else f"{seconds}s"


def _bars(hours: tuple[int, ...]) -> str:
    """Return a bar for each hour, as high as its part of the fullest one; a dot where nothing began."""
    most = max(hours)
    return "".join(_BARS[(len(_BARS) * number - 1) // most] if number else "·" for number in hours)
