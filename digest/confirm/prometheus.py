"""Ask Prometheus when each alert fired: the samples of ALERTS, one for each evaluation of a rule that fires.

Samples are read as they are (a range selector), not at steps: at steps the last one before a crash would count for
five minutes more. Sources: https://prometheus.io/docs/prometheus/latest/querying/api/ and, for ALERTS and
ALERTS_FOR_STATE, rules/alerting.go of Prometheus. ALERTS lacks the external labels that Alertmanager gets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from digest.confirm.ask import Answered, Api, SourceError, moment, texts
from digest.confirm.model import PrometheusSeen, Rule
from digest.confirm.runs import BREAK, Asked, Labels, Runs, by_name, rule_of, time_of
from digest.wording import clean

MOST_SERIES = 10_000
"""Series of one period; more are not read, since a small pod could not hold them."""
LAG = 300.0
"""Seconds by which samples may be dated behind the clock (``query_offset``, a clock that differs)."""
_SAMPLES_AT_ONCE = 150_000
_SHORTEST_CHUNK, _LONGEST_CHUNK = 600, 7200
_USUAL_INTERVAL = 60.0
_FIRING = 'ALERTS{alertstate="firing"}'
_OWN = ("__name__", "alertstate")
Rules = dict[str, list[Rule]]


@dataclass
class _Reader:
    """Asks one server and keeps what it warned of."""

    api: Api
    warnings: list[str] = field(default_factory=list)

    def query(self, asked: str, at: float) -> list[dict[str, Any]]:
        """Return the result of an instant query; raises SourceError."""
        return self._result(self.api.get("/api/v1/query", query=asked, time=f"{at:.3f}"))

    def groups(self) -> list[dict[str, Any]] | None:
        """Return the groups of rules; None where the server does not have them, as some that speak this API do not."""
        try:
            value = self.api.get("/api/v1/rules", type="alert").value
        except SourceError as error:
            if " answers 4" in str(error):
                return None
            raise
        data = value.get("data") if isinstance(value, dict) else None
        groups = data.get("groups") if isinstance(data, dict) else None
        return [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else None

    def _result(self, answered: Answered) -> list[dict[str, Any]]:
        value = answered.value if isinstance(answered.value, dict) else {}
        data = value.get("data")
        result = data.get("result") if isinstance(data, dict) else None
        if not isinstance(result, list):
            name, variable = self.api.name, self.api.variable
            raise SourceError(f"{name} does not speak the API of Prometheus; is {variable}_URL right?")
        warnings = value.get("warnings")
        self.warnings += [one for one in warnings if isinstance(one, str)] if isinstance(warnings, list) else []
        return [one for one in result if isinstance(one, dict)]


def see_firing(api: Api, start: datetime, end: datetime) -> PrometheusSeen:
    """Return what fired between two times; raises SourceError, also where nothing can be known of them."""
    reader, first, last = _Reader(api), start.timestamp(), end.timestamp()
    groups = reader.groups()
    rules = _rules(groups or ())
    count = _count(reader, first, last)
    if count > MOST_SERIES:
        raise SourceError(f"{api.name} has {count:,} series of ALERTS in this time, more than {MOST_SERIES:,}")
    shortest = min((rule.interval for some in rules.values() for rule in some), default=_USUAL_INTERVAL)
    runs: dict[Labels, Runs] = {}
    for matrix in _chunks(reader, first, last, max(1, count), shortest):
        _collect(matrix, runs, shortest)
    if not runs:
        _require_data(reader, groups, first, last)
    asked = Asked(first, last, _until(groups or (), runs, first, last, shortest))
    _look_back(reader, first, runs, rules)
    return PrometheusSeen(
        by_name(runs, rules, asked),
        {name: some[0].annotations for name, some in rules.items()},
        min([shortest, *(one.spacing for one in runs.values() if one.spacing)], default=shortest),
        time_of(asked.until),
        f"{api.name} answered in part: {clean(reader.warnings[0], 120)}" if reader.warnings else "",
    )


def _rules(groups: Iterable[dict[str, Any]]) -> Rules:
    found: Rules = {}
    for group in groups:
        for rule in group.get("rules") or ():
            if isinstance(rule, dict) and rule.get("type", "alerting") == "alerting":
                plain = {name: text for name, text in texts(rule.get("annotations")).items() if "{{" not in text}
                static = {name: text for name, text in texts(rule.get("labels")).items() if "{{" not in text}
                interval = _number(group.get("interval")) or _USUAL_INTERVAL
                made = Rule(interval, _number(rule.get("duration")), plain, static)
                found.setdefault(str(rule.get("name", "")), []).append(made)
    return found


def _require_data(reader: _Reader, groups: list[dict[str, Any]] | None, first: float, last: float) -> None:
    """Raise SourceError where nothing fired since nothing could: no rules, or no samples of any kind."""
    if groups is not None and not _rules(groups):
        raise SourceError(f"{reader.api.name} has no alerting rules; is it the right one ({reader.api.variable}_URL)?")
    if not reader.query(f"count(count_over_time(up[{_seconds(last - first)}]))", last):
        raise SourceError(f"{reader.api.name} has no samples of this time")


def _until(
    groups: Iterable[dict[str, Any]], runs: Mapping[Labels, Runs], first: float, last: float, shortest: float
) -> float:
    """Return when Prometheus evaluated last, as its samples are dated.

    Samples may lag behind the clock. Where the newest is older than any lag, what its groups say of themselves counts:
    nothing has fired since.
    """
    newest = max((one.runs[-1][1] for one in runs.values()), default=0.0)
    if newest > last - BREAK * shortest:
        return last
    if newest >= last - LAG:
        return newest
    evaluated = max(newest, _last_evaluation(groups))
    return last if evaluated >= last - LAG else max(first, evaluated)


def _last_evaluation(groups: Iterable[dict[str, Any]]) -> float:
    latest = 0.0
    for group in groups:
        try:
            latest = max(latest, moment(group.get("lastEvaluation")).timestamp())
        except (ValueError, OverflowError):  # the year 1 of a group that was never evaluated
            continue
    return latest


def _count(reader: _Reader, first: float, last: float) -> int:
    result = reader.query(f"count(count_over_time({_FIRING}[{_seconds(last - first)}]))", last)
    value = result[0].get("value") if result else None
    return int(_number(value[1])) if isinstance(value, list) and len(value) > 1 else 0


def _chunks(reader: _Reader, first: float, last: float, count: int, interval: float) -> Iterator[list[dict[str, Any]]]:
    length = min(_LONGEST_CHUNK, max(_SHORTEST_CHUNK, _SAMPLES_AT_ONCE // count * interval))
    end = first
    while end < last:
        begin, end = end, min(last, end + length)
        yield reader.query(f"{_FIRING}[{_seconds(end - begin)}]", end)


def _collect(matrix: Iterable[dict[str, Any]], runs: dict[Labels, Runs], shortest: float) -> None:
    for series in matrix:
        labels, times = _labels(series), list(_times(series))
        if times and labels not in runs:
            runs[labels] = Runs(shortest)
        for at in times:
            runs[labels].add(at)


def _look_back(reader: _Reader, first: float, runs: dict[Labels, Runs], rules: Rules) -> None:
    """Give what fired already at the start its real start: when the rule became active, and its ``for``."""
    early = {labels: one for labels, one in runs.items() if one.runs[0][0] <= first + BREAK * _longest(one, rules)}
    if not early:
        return
    window = _seconds(max(LAG, *(2 * _longest(one, rules) for one in early.values())))
    for series in reader.query(f"last_over_time(ALERTS_FOR_STATE[{window}])", first):
        labels, value = _labels(series), series.get("value")
        if labels in early and isinstance(value, list) and len(value) > 1:
            known = dict(labels)
            rule = rule_of(known, rules.get(known.get("alertname", ""), ()))
            began = _number(value[1]) + (rule.duration if rule else 0.0)
            if 0 < began < early[labels].runs[0][0]:
                early[labels].runs[0][0] = began


def _longest(one: Runs, rules: Rules) -> float:
    return max([one.spacing, one.shortest, *(rule.interval for some in rules.values() for rule in some)])


def _labels(series: dict[str, Any]) -> Labels:
    return tuple(sorted((name, text) for name, text in texts(series.get("metric")).items() if name not in _OWN))


def _times(series: dict[str, Any]) -> Iterator[float]:
    values = series.get("values")
    for pair in values if isinstance(values, list) else ():
        if isinstance(pair, list) and len(pair) > 1 and pair[1] != "0" and isinstance(pair[0], int | float):
            yield float(pair[0])


def _number(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0
    return number if abs(number) < 1e12 else 0.0  # noqa: PLR2004 - beyond any time


def _seconds(length: float) -> str:
    return f"{max(1, ceil(length))}s"
