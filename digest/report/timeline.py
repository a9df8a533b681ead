"""The night from left to right: when each group fired, what happened in the cluster, what was away; pure."""

from collections.abc import Iterator

from digest.cluster.words import moment_line
from digest.facts import Facts, Group, Period
from digest.health.model import Span
from digest.report.axis import Axis, rows_of
from digest.report.model import Lane, Mark, Shade, Timeline
from digest.wording import clean, clock, count, group_name, moment

MOST_LANES = 30
_LANE, _MARK, _HEAD = 36, 20, 24
"""Heights in CSS pixels: of a lane, of a row of marks, of the times of day."""
_NAME = 46
"""Characters of a name on a lane."""
_APART, _MARK_ROWS = 7.0, 4
"""Percent that a number needs on a phone, and how many rows of them there are."""


def timeline(facts: Facts) -> Timeline | None:
    """Return what is drawn of the night; None where that is nothing."""
    axis = Axis(facts.period)
    marks = tuple(_marks(facts, axis))
    shades = tuple(_shades(facts, axis))
    drawn = [group for group in facts.groups[:MOST_LANES] if spans_of(group, facts)]
    if not (drawn or marks or shades):
        return None
    top = _HEAD + _MARK * len({one.top for one in marks})
    lanes = tuple(_lane(group, facts, axis, top + number * _LANE) for number, group in enumerate(drawn))
    height = top + max(1, len(lanes)) * _LANE
    return Timeline(
        axis.ticks(),
        lanes,
        len(facts.groups) - len(lanes),
        shades,
        marks,
        height,
        _about(facts, len(lanes)),
        tuple(_limits(facts, drawn)),
    )


def spans_of(group: Group, facts: Facts) -> tuple[Span, ...]:
    """Return when a group fired; of facts that do not have it, the time from its first to its last sight."""
    if group.fired or not any(one.firing_seconds for one in facts.groups) or any(one.fired for one in facts.groups):
        return group.fired
    begins, ends = max(group.first_seen, facts.period.start), min(group.last_seen, facts.period.limit)
    return (Span(begins, max(begins, ends)),)


def span_words(spans: tuple[Span, ...], group: Group, period: Period) -> str:
    """Return times in words, with "and on" where it fires on."""
    told = [_span(one, group, period) for one in spans]
    merged = f"; {count(group.fired_merged, 'short break')} not shown" if group.fired_merged else ""
    return ", ".join(told) + merged


def _span(span: Span, group: Group, period: Period) -> str:
    before = "before " if span.start <= period.start and group.first_seen < period.start else ""
    start = f"{before}{clock(span.start, period)}"
    if group.firing_count and span.end >= period.limit:
        return f"{start} and on"
    end = moment(span.end, period)
    return start if start == end else f"{start}–{end}"


def _lane(group: Group, facts: Facts, axis: Axis, top: int) -> Lane:
    spans = spans_of(group, facts)
    words = span_words(spans, group, facts.period)
    name = group_name(group)
    return Lane(group.id, group.level, clean(name, _NAME), name, axis.bars(spans), words, top)


def _marks(facts: Facts, axis: Axis) -> Iterator[Mark]:
    """Yield what happened in the cluster; what fired has its lanes."""
    moments = [one for one in facts.timeline if one.kind != "alerts"]
    places = [axis.place(one.at) for one in moments]
    rows = rows_of(places, _APART, _MARK_ROWS)
    for number, (one, left, row) in enumerate(zip(moments, places, rows, strict=True), 1):
        yield Mark(number, left, _HEAD + row * _MARK, moment_line(one, facts.period))


def _shades(facts: Facts, axis: Axis) -> Iterator[Shade]:
    capture, period = facts.capture, facts.period
    for what, away in (("receiver", capture.receiver_away), ("database", capture.database_away)):
        for span in away.spans:
            words = f"{what} away {clock(span.start, period)}–{clock(span.end, period)}"
            yield Shade(axis.bar(span), words)


def _about(facts: Facts, lanes: int) -> str:
    period = facts.period
    first, last = clock(period.start, period), clock(period.limit, period)
    return f"When {count(lanes, 'group')} fired between {first} and {last}. The same is told as text below the picture."


def _limits(facts: Facts, drawn: list[Group]) -> Iterator[str]:
    more = len(facts.groups) - len(drawn)
    if more:
        yield f"{count(more, 'more group')} {'is' if more == 1 else 'are'} not drawn; each is told under “All groups”."
    if drawn and not any(one.fired for one in drawn):
        yield "This digest did not keep when its groups fired: bars go from the first to the last sight of each."
    merged = sum(one.fired_merged > 0 for one in drawn)
    if merged:
        yield f"In {count(merged, 'group')} the shortest breaks are not shown."
