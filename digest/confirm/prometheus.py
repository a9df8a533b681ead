"""Ask Prometheus when each alert fired: the samples of ALERTS, one for each evaluation of a rule that fires.

Samples are read as they are (a range selector), not at steps: at steps the last one before a crash would count for
five minutes more. Sources: https://prometheus.io/docs/prometheus/latest/querying/api/ and, for ALERTS and
ALERTS_FOR_STATE, rules/alerting.go of Prometheus. ALERTS lacks the external labels that Alertmanager gets.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from digest.confirm.ask import Answered, Api, SourceError, moment, texts
from digest.confirm.model import FiringSeries, PrometheusSeen, Rule, Stretch

MOST_SERIES = 10_000
"""Series of one period; more are not read, since a small pod could not hold them."""
_SAMPLES_AT_ONCE = 150_000
_SHORTEST_CHUNK, _LONGEST_CHUNK = 600, 7200
_USUAL_INTERVAL = 60.0
_BREAK = 1.5
"""Intervals without a sample after which a series has stopped firing."""
_CURRENT = 3
"""Intervals within which something must have been evaluated for Prometheus to count as running."""
_FIRING = 'ALERTS{alertstate="firing"}'
_OWN = ("__name__", "alertstate")
Labels = tuple[tuple[str, str], ...]


@dataclass
class _Runs:
    """First and last sample of each run of one series, in seconds since the epoch."""

    interval: float
    runs: list[list[float]] = field(default_factory=list)

    def add(self, at: float) -> None:
        if self.runs and at - self.runs[-1][1] <= _BREAK * self.interval:
            self.runs[-1][1] = max(at, self.runs[-1][1])
        else:
            self.runs.append([at, at])


def see_firing(api: Api, start: datetime, end: datetime) -> PrometheusSeen:
    """Return what fired between two times; raises SourceError."""
    groups = _groups(api)
    rules = dict(_rules(groups))
    first, last = start.timestamp(), end.timestamp()
    count = _count(api, first, last)
    if count > MOST_SERIES:
        raise SourceError(f"{api.name} has {count:,} series of ALERTS in this time, more than {MOST_SERIES:,}")
    interval = min((rule.interval for rule in rules.values()), default=0.0)
    runs: dict[Labels, _Runs] = {}
    for matrix in _chunks(api, first, last, max(1, count), interval or _USUAL_INTERVAL):
        interval = interval or _spacing(matrix)
        _collect(matrix, runs, rules, interval or _USUAL_INTERVAL)
    _look_back(api, first, runs, rules)
    interval = interval or _USUAL_INTERVAL
    evaluated = max([_last_evaluation(groups), *(one.runs[-1][1] for one in runs.values())])
    until = last if evaluated >= last - _CURRENT * interval else max(first, evaluated)
    return PrometheusSeen(_by_name(runs, last, current=until == last), rules, interval, _time(until))


def _groups(api: Api) -> list[dict[str, Any]]:
    """Return the groups of rules; none where the server does not have them, as some that speak this API do not."""
    try:
        value = api.get("/api/v1/rules", type="alert").value
    except SourceError as error:
        if " answers 4" in str(error):
            return []
        raise
    data = value.get("data") if isinstance(value, dict) else None
    groups = data.get("groups") if isinstance(data, dict) else None
    return [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []


def _rules(groups: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Rule]]:
    for group in groups:
        for rule in group.get("rules") or ():
            if isinstance(rule, dict) and rule.get("type", "alerting") == "alerting":
                plain = {name: text for name, text in texts(rule.get("annotations")).items() if "{{" not in text}
                interval = _number(group.get("interval")) or _USUAL_INTERVAL
                yield str(rule.get("name", "")), Rule(interval, _number(rule.get("duration")), plain)


def _last_evaluation(groups: Iterable[dict[str, Any]]) -> float:
    latest = 0.0
    for group in groups:
        try:
            latest = max(latest, moment(group.get("lastEvaluation")).timestamp())
        except (ValueError, OverflowError):  # the year 1 of a group that was never evaluated
            continue
    return latest


def _count(api: Api, first: float, last: float) -> int:
    asked = f"count(count_over_time({_FIRING}[{_seconds(last - first)}]))"
    result = _result(api, api.get("/api/v1/query", query=asked, time=f"{last:.3f}"))
    value = result[0].get("value") if result else None
    return int(_number(value[1])) if isinstance(value, list) and len(value) > 1 else 0


def _chunks(api: Api, first: float, last: float, count: int, interval: float) -> Iterator[list[dict[str, Any]]]:
    length = min(_LONGEST_CHUNK, max(_SHORTEST_CHUNK, _SAMPLES_AT_ONCE // count * interval))
    end = first
    while end < last:
        begin, end = end, min(last, end + length)
        asked = f"{_FIRING}[{_seconds(end - begin)}]"
        yield _result(api, api.get("/api/v1/query", query=asked, time=f"{end:.3f}"))


def _collect(
    matrix: Iterable[dict[str, Any]], runs: dict[Labels, _Runs], rules: Mapping[str, Rule], interval: float
) -> None:
    for series in matrix:
        labels, times = _labels(series), list(_times(series))
        name = dict(labels).get("alertname", "")
        if times and labels not in runs:
            runs[labels] = _Runs(rules[name].interval if name in rules else interval)
        for at in times:
            runs[labels].add(at)


def _look_back(api: Api, first: float, runs: dict[Labels, _Runs], rules: Mapping[str, Rule]) -> None:
    """Give what fired already at the start its real start: when the rule became active, and its ``for``."""
    early = {labels: one for labels, one in runs.items() if one.runs[0][0] <= first + _BREAK * one.interval}
    if not early:
        return
    for series in _result(api, api.get("/api/v1/query", query="ALERTS_FOR_STATE", time=f"{first:.3f}")):
        labels, value = _labels(series), series.get("value")
        if labels in early and isinstance(value, list) and len(value) > 1:
            rule = rules.get(dict(labels).get("alertname", ""))
            began = _number(value[1]) + (rule.duration if rule else 0.0)
            if 0 < began < early[labels].runs[0][0]:
                early[labels].runs[0][0] = began


def _by_name(runs: dict[Labels, _Runs], last: float, *, current: bool) -> dict[str, tuple[FiringSeries, ...]]:
    found: dict[str, list[FiringSeries]] = {}
    for labels, one in sorted(runs.items()):
        series = FiringSeries(dict(labels), tuple(_stretches(one, last, current=current)))
        found.setdefault(series.labels.get("alertname", ""), []).append(series)
    return {name: tuple(some) for name, some in found.items()}


def _stretches(one: _Runs, last: float, *, current: bool) -> Iterator[Stretch]:
    for begin, end in one.runs:
        firing = current and end > last - _BREAK * one.interval
        yield Stretch(_time(begin), _time(last if firing else min(last, end + one.interval)), firing)


def _result(api: Api, answered: Answered) -> list[dict[str, Any]]:
    data = answered.value.get("data") if isinstance(answered.value, dict) else None
    result = data.get("result") if isinstance(data, dict) else None
    if not isinstance(result, list):
        raise SourceError(f"{api.name} does not speak the API of Prometheus; is {api.variable}_URL right?")
    return [one for one in result if isinstance(one, dict)]


def _labels(series: dict[str, Any]) -> Labels:
    return tuple(sorted((name, text) for name, text in texts(series.get("metric")).items() if name not in _OWN))


def _times(series: dict[str, Any]) -> Iterator[float]:
    values = series.get("values")
    for pair in values if isinstance(values, list) else ():
        if isinstance(pair, list) and len(pair) > 1 and pair[1] != "0" and isinstance(pair[0], int | float):
            yield float(pair[0])


def _spacing(matrix: Iterable[dict[str, Any]]) -> float:
    """Return the most frequent distance of samples in whole seconds, for a server that does not tell its rules."""
    distances = Counter(round(later - one) for series in matrix for one, later in pairwise(_times(series)))
    return float(max(distances, key=lambda seconds: (distances[seconds], -seconds), default=0))


def _number(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0
    return number if abs(number) < 1e12 else 0.0  # noqa: PLR2004 - beyond any time


def _seconds(length: float) -> str:
    return f"{max(1, ceil(length))}s"


def _time(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
