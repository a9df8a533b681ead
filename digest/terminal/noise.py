"""The noise report on a terminal: a table with what helps under each rule, or where it is narrow a block for each."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from digest.noise.figures import HEADS, few_words, figures, head_lines, shown_rules, verdict_words
from digest.noise.model import Report, RuleRecord, RuleVerdict, VerdictKind
from digest.terminal.screen import Screen, beside, draw, indented, words
from digest.wording import clean, count

_TABLE, _WIDEST = 100, 140
_NAME, _COLUMNS = 28, 72
_STYLES: dict[VerdictKind, str] = {
    "duplicate": "yellow",
    "stale": "red",
    "too_sensitive": "yellow",
    "flapping": "yellow",
    "no_runbook": "cyan",
    "actionable": "green",
}


def noise_screen(report: Report, screen: Screen) -> str:
    """Return the report as a person reads it at a terminal."""
    narrow = Screen(min(screen.columns, _WIDEST), screen.colour)
    return draw(_pieces(report, narrow.columns), narrow)


def _pieces(report: Report, columns: int) -> Iterator[RenderableType]:
    first, second = head_lines(report)
    yield words(first, "bold")
    yield words(second, "dim")
    yield from (beside(words("!", "bold yellow"), words(note, "yellow"), 1) for note in report.notes)
    shown = shown_rules(report)
    yield from _table(report, shown, columns) if columns >= _TABLE else _blocks(report, shown)
    if few := few_words(report):
        yield from ("", words(few, "dim"))


def _table(report: Report, shown: Sequence[RuleVerdict], columns: int) -> Iterator[RenderableType]:
    names = [clean(one.record.rule.alertname, 200) for one in shown]
    width = min(max([_NAME, *map(cell_len, names)]), columns - _COLUMNS)
    if shown:
        yield from ("", beside(words("rule", "bold"), words(HEADS.columns, "bold"), width))
    for one in shown:
        name = words(clean(one.record.rule.alertname, 200), "bold")
        yield beside(name, words(figures(one.record).columns), width)
        yield _helps(one, report)


def _blocks(report: Report, shown: Sequence[RuleVerdict]) -> Iterator[RenderableType]:
    for one in shown:
        rule = one.record.rule
        yield ""
        yield Text.assemble(words(clean(rule.alertname, 200), "bold"), "  ", words(clean(rule.severity, 20)))
        yield indented(words(_sentence(one.record)), 2)
        yield beside(words("0 to 23 h", "dim"), words(figures(one.record).hours), 9, indent=2)
        yield _helps(one, report)


def _sentence(record: RuleRecord) -> str:
    told = figures(record)
    silenced = f", {told.silenced} silenced" if told.silenced else ""
    return (
        f"{count(record.firings, 'firing')} on {count(record.days, 'day')}, median {told.median},"
        f" {told.soon} cleared within 5 min{silenced}"
    )


def _helps(one: RuleVerdict, report: Report) -> RenderableType:
    verdict, proposal = verdict_words(one, report)
    return indented(Text.assemble(words(f"{verdict}: ", _STYLES[one.verdict]), words(proposal), overflow="fold"), 2)
