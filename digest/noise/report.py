"""The report as text, CSV and JSON; names are untrusted text, cleaned before they are shown."""

import csv
import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from io import StringIO
from typing import Any

from digest.dataclass_json import to_plain
from digest.noise.figures import HEADS, few_words, figures, head_lines, shown_rules, verdict_words
from digest.noise.model import Proposal, Report, Rule, RuleRecord, RuleVerdict
from digest.wording import clean
from store.printable import inert

VERSION = 1
"""Version of the JSON form; raised when a field changes its meaning or goes."""
WIDTH = 100
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
            return inert(json.dumps(_plain(report), ensure_ascii=False, indent=2)) + "\n"
        case _:
            return "\n".join(_text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    yield from head_lines(report)
    yield from (line for note in report.notes for line in textwrap.wrap(f"! {note}", WIDTH, subsequent_indent="  "))
    shown = shown_rules(report)
    if shown:
        yield from ("", f"{'rule':<28} {HEADS.columns}")
    for one in shown:
        yield f"{clean(one.record.rule.alertname, 28):<28} {figures(one.record).columns}"
        told = ": ".join(verdict_words(one, report))
        yield from textwrap.wrap(told, WIDTH, initial_indent="  ", subsequent_indent="    ")
    if few := few_words(report):
        yield from ("", few)


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
