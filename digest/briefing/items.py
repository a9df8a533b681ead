"""What requires attention, story by story; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from digest.briefing.model import Item
from digest.cluster.words import cluster_lines
from digest.facts import Facts, Group, Period
from digest.model.words import marked
from digest.stories.model import Story
from digest.stories.words import follower_lines, followers_words, still_words, told_time, why
from digest.wording import Line, clean, count, duration, mark, moment

MOST_ITEMS = 12
"""Stories that are told by name."""
_MOST_DETAILS = 8


@dataclass(frozen=True)
class Urgent:
    """A story that requires attention, with its groups: the headline first."""

    story: Story
    groups: tuple[Group, ...]

    @property
    def lead(self) -> Group:
        """The group that it is told by: its headline, or where that has cleared what still asks for somebody."""
        urgent = [group for group in self.groups if group.attention in {"firing", "stale"}]
        return self.groups[0] if self.groups[0] in urgent or not urgent else urgent[0]

    @property
    def firing(self) -> bool:
        """Whether anything of it fires that asks for somebody."""
        return any(group.attention == "firing" for group in self.groups)

    @property
    def now(self) -> bool:
        """Whether anything of it fires or is stale; else a critical of it has cleared."""
        return any(group.attention in {"firing", "stale"} for group in self.groups)


def urgent_stories(facts: Facts) -> tuple[Urgent, ...]:
    """Return the stories that require attention, most important first."""
    by_id = {group.id: group for group in facts.groups}
    told = (Urgent(story, tuple(by_id[one] for one in story.groups)) for story in facts.stories if story.attention)
    return tuple(sorted(told, key=lambda one: (not one.firing, not one.now)))


def item(urgent: Urgent, facts: Facts, compared: Mapping[str, str]) -> Item:
    """Return what is told of a story; ``compared`` has the words of the comparison by group."""
    group, period = urgent.lead, facts.period
    by_id = {one.id: one for one in urgent.groups}
    written = {text.group: text for text in facts.phrasing.groups} if facts.phrasing else {}
    alone = urgent.lead is urgent.groups[0]
    follow = (_others(urgent, by_id), still_words(urgent.story, by_id) if alone else "")
    cluster = clean(group.cluster, 40) if group.cluster != facts.cluster else ""
    links = (("Runbook", group.runbook_url), ("Dashboard", group.dashboard_url), ("Source", group.generator_url))
    return Item(
        mark=mark(group.level),
        severity=clean(group.severity, 20) or "no severity",
        title=" – ".join(part for part in (clean(group.alertname, 80), _subject(group)) if part),
        place=" / ".join(part for part in (clean(group.namespace, 60), cluster) if part),
        state=_state(group, period) if group.attention else told_time(group, period),
        compared=compared.get(group.id, ""),
        owner=clean(group.owner, 40),
        summary=clean(group.summary),
        links=tuple((name, url) for name, url in links if url),
        following=sum(one.series_count for one in urgent.groups if one is not group),
        followers=", ".join(part for part in follow if part),
        details=tuple(_details(urgent, period)),
        cluster=cluster_lines(group, period),
        model=marked(written[group.id].why) if group.id in written else "",
    )


def _others(urgent: Urgent, by_id: Mapping[str, Group]) -> str:
    """Return what is folded under the alert that the story is told by."""
    if urgent.lead is urgent.groups[0]:
        return followers_words(urgent.story, by_id)
    first = urgent.groups[0]
    more = len(urgent.groups) - 2
    others = f" and {count(more, 'group')} more" if more > 0 else ""
    return f"with {clean(first.alertname, 60)}{others} ({why(urgent.story.reasons)})"


def _details(urgent: Urgent, period: Period) -> Iterator[Line]:
    """Yield the groups beside the one that the story is told by."""
    by_id = {one.id: one for one in urgent.groups}
    lines = zip(urgent.story.reasons, follower_lines(urgent.story, by_id, period), strict=True)
    told = [(by_id[reason.group], line) for reason, line in lines if by_id[reason.group] is not urgent.lead]
    first = urgent.groups[0]
    if first is not urgent.lead:
        told.insert(0, (first, Line(f"{mark(first.level)} {clean(first.alertname, 60)}", told_time(first, period))))
    for group, line in told[:_MOST_DETAILS]:
        yield replace(line, words="; ".join((line.words, *cluster_lines(group, period))))
    if len(told) > _MOST_DETAILS:
        yield Line("", f"and {count(len(told) - _MOST_DETAILS, 'group')} more")


def _subject(group: Group) -> str:
    first = next((kind for kind in group.resources if kind.total), None)
    return clean(first.top[0].name, 60) if first and first.total == 1 else ""


def _state(group: Group, period: Period) -> str:
    if group.attention == "firing" and group.firing_since:
        lasted = duration(int((period.cut_off - group.firing_since).total_seconds()))
        return f"{_firing(group)} since {moment(group.firing_since, period)} ({lasted})"
    if group.attention == "stale" and group.last_news:
        return f"no news since {moment(group.last_news, period)}"
    lasted = duration(group.firing_seconds)
    often = f", {group.total_occurrences:,} times" if group.total_occurrences > 1 else ""
    return f"cleared at {moment(group.last_seen, period)} after {lasted}{often}"


def _firing(group: Group) -> str:
    part = f"all {group.series_count:,}"
    if group.firing_count < group.series_count:
        part = f"{group.firing_count:,} of {group.series_count:,}"
    some = f"{part} firing" if group.series_count > 1 else "firing"
    held = f" ({group.suppressed_count:,} held back)" if group.suppressed_count else ""
    return some + held
