"""The report as text, CSV and JSON; names are untrusted text, cleaned before they are shown."""

import csv
import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from digest.dataclass_json import to_plain
from digest.noise.model import Proposal, Report, Rule, RuleRecord, RuleVerdict
from digest.noise.words import VERDICTS, percent, proposal_words
from digest.wording import clean, count

VERSION = 1
"""Version of the JSON form; raised when a field changes its meaning or goes."""
WIDTH = 100
_BARS = "▁▂▃▄▅▆▇█"
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60
_COLUMNS = f"{'firings':>7} {'median':>7} {'≤5 min':>6} {'days':>4} {'silenced':>8} {'from 0 to 23 h':<24}"
_HEAD = f"{'rule':<28} {'severity':<8} {_COLUMNS}".rstrip()
_DANGEROUS = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""


class NoiseFormat(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"


def render(report: Report, form: NoiseFormat) -> str:
    """Return the report in a form, with a line end at its end."""
    match form:
        case NoiseFormat.CSV:
            return _csv(report)
        case NoiseFormat.JSON:
            return json.dumps(_plain(report), ensure_ascii=False, indent=2) + "\n"
        case _:
            return "\n".join(_text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    shown = [one for one in report.rules if one.verdict != "too_few"]
    firings = sum(one.record.firings for one in report.rules)
    first, last = (
        f"{at.astimezone(ZoneInfo(report.timezone)):%a %d %b %Y %H:%M}" for at in (report.since, report.until)
    )
    yield f"Noise, {first} – {last} {report.timezone}"
    yield f"{count(len(report.rules), 'rule')}, {count(firings, 'firing')}; worst first"
    yield from (line for note in report.notes for line in textwrap.wrap(f"! {note}", WIDTH, subsequent_indent="  "))
    if shown:
        yield from ("", _HEAD)
    several = len({(one.record.rule.source, one.record.rule.cluster) for one in report.rules}) > 1
    for one in shown:
        yield _figures(one.record)
        yield from textwrap.wrap(_words(one, several=several), WIDTH, initial_indent="  ", subsequent_indent="    ")
    few = [one.record.firings for one in report.rules if one.verdict == "too_few"]
    if few:
        yield from ("", f"{count(len(few), 'rule')} with fewer than 5 firings ({sum(few)} in all): nothing is claimed.")


def _figures(record: RuleRecord) -> str:
    silenced = "" if record.silenced_share is None else f"{record.silenced_share:.0%}"
    return (
        f"{clean(record.rule.alertname, 28):<28} {clean(record.rule.severity, 8):<8} {record.firings:>7,}"
        f" {_short(record.median_seconds):>7} {percent(record.cleared_soon, record.firings):>5}%"
        f" {record.days:>4} {silenced:>8} {_bars(record.hours)}"
    )


def _words(one: RuleVerdict, *, several: bool) -> str:
    rule = one.record.rule
    place = " / ".join(clean(part, 40) for part in (rule.source, rule.cluster) if part)
    return f"{VERDICTS[one.verdict]}{f' [{place}]' if several else ''}: {proposal_words(one, share=True)}"


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


def _csv(report: Report) -> str:
    text = StringIO()
    rows = [_row(one) for one in report.rules]
    writer = csv.DictWriter(text, _row(_NOBODY), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(one: RuleVerdict) -> dict[str, object]:
    record, proposal = one.record, one.proposal
    figures = {name: value for name, value in asdict(record).items() if name not in {"rule", "hours"}}
    hours = {f"hour_{hour:02}": number for hour, number in enumerate(record.hours)}
    return {**_names(record.rule), "verdict": one.verdict, **_change(proposal), **figures, **hours}


def _change(proposal: Proposal | None) -> dict[str, object]:
    names = ("proposal", "seconds", "into_alertname", "into_severity", "before", "after", "removed", "share", "later")
    if not proposal:
        return dict.fromkeys(names, "")
    into = _names(proposal.into) if proposal.into else {}
    other = (into.get("alertname", ""), into.get("severity", ""))
    counts = (proposal.before, proposal.after, proposal.removed, round(proposal.share, 4), proposal.later)
    return dict(zip(names, (proposal.kind, proposal.seconds, *other, *counts), strict=True))


def _names(rule: Rule) -> dict[str, str]:
    return {name: _cell(clean(text, 200)) for name, text in asdict(rule).items()}


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _plain(report: Report) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(report, _derived)
    return {"version": VERSION} | plain


def _derived(value: object) -> dict[str, Any]:
    return {"removed": value.removed, "share": round(value.share, 4)} if isinstance(value, Proposal) else {}


_NOBODY = RuleVerdict(RuleRecord(Rule("", "", "", ""), 0, 0, 0, 0, 0, 0, 0, (0,) * 24, 0, False, None), "too_few", None)
"""A rule that only says which columns there are."""
