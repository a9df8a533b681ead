"""The lines of the sections below the summary; pure."""

from collections.abc import Iterable

from digest.briefing.items import Urgent
from digest.facts import Facts, Group, Pattern, Period
from digest.model.words import link_lines
from digest.stories.words import story_lines
from digest.wording import Line, clean, clock, count, group_name, mark, names

MOST_LINES = 8


def pattern_lines(facts: Facts, urgent: Iterable[Urgent]) -> tuple[Line, ...]:
    """Return the stories that nobody is asked to look at, then what behaves alike, then what a model took for linked.

    What a story tells already is not told as a pattern again.
    """
    by_id = {group.id: group for group in facts.groups}
    asked = {one.story.id for one in urgent}
    stories = story_lines((one for one in facts.stories if one.id not in asked), by_id, facts.period)
    whole = [set(story.groups) for story in facts.stories]
    others = [
        one
        for one in facts.patterns
        if one.kind not in {"same_node", "together"} or not any(some.issuperset(one.groups) for some in whole)
    ]
    told = (*stories, *(_pattern(one, by_id, facts.period) for one in others))
    return (*told[:MOST_LINES], *link_lines(facts.phrasing, by_id))


def severity_lines(facts: Facts) -> tuple[Line, ...]:
    """Return a line for each severity."""
    lines = [
        Line(
            f"{mark(one.level)} {clean(one.severity, 20) or 'no severity'}",
            f"{count(one.occurrences, 'occurrence')} in {count(one.groups, 'group')}, {one.firing:,} firing",
        )
        for one in facts.severities[:MOST_LINES]
    ]
    more = len(facts.severities) - len(lines)
    return (*lines, Line("", f"and {count(more, 'severity', 'severities')} more")) if more else tuple(lines)


def group_line(group: Group, compared: str) -> Line:
    """Return a group in a line, with the words of its comparison."""
    states = (
        (group.firing_count, "firing"),
        (group.suppressed_count, "held back"),
        (group.stale_count, "no news"),
        (group.resolved_count, "cleared"),
    )
    state = ", ".join(f"{number:,} {word}" for number, word in states if number)
    often = count(group.total_occurrences, "time")
    alerts = f"{often}, {count(group.series_count, 'alert')}" if group.series_count > 1 else often
    told = (alerts, state if group.series_count > 1 else _plain(group), compared)
    return Line(group_name(group), ", ".join(part for part in told if part))


def _plain(group: Group) -> str:
    """Return the state of a group of one alert."""
    if group.firing_count:
        return "held back" if group.suppressed_count else "firing"
    return "no news" if group.stale_count else "cleared"


def _pattern(pattern: Pattern, by_id: dict[str, Group], period: Period) -> Line:
    subject = clean(pattern.subject, 60)
    start, end = clock(pattern.start, period), clock(pattern.end, period)
    shown = names(by_id[one].alertname for one in pattern.groups)
    match pattern.kind:
        case "storm":
            return Line(subject, f"{pattern.count:,} alerts within five minutes at {start} ({shown})")
        case "same_node":
            return Line(subject, f"one node in {pattern.count} groups, {start}–{end} ({shown})")
        case "together":
            return Line(subject, f"{pattern.count} groups began together at {start} ({shown})")
        case "flapping":
            return Line(subject, f"came and went {pattern.count:,} times, {start}–{end}")
        case _:
            return Line(subject, "fired nearly all the time")
