"""What to do, in words of ours; pure."""

from collections.abc import Iterator

from digest.briefing.items import Urgent
from digest.briefing.lines import MOST_LINES
from digest.facts import Facts
from digest.model.phrasing import GroupText
from digest.model.words import advised
from digest.wording import Line, clean

_STORIES = 5


def action_lines(facts: Facts, urgent: tuple[Urgent, ...]) -> tuple[Line, ...]:
    """Return what to do about the stories that require attention, and about what behaves oddly."""
    written = {text.group: text for text in facts.phrasing.groups} if facts.phrasing else {}
    told = list(dict.fromkeys(_about(one, written) for one in urgent[:_STORIES]))
    for odd in _odd(facts):
        _add(told, odd)
    return tuple(told)[:MOST_LINES]


def _add(told: list[Line], odd: Line) -> None:
    """Say what is odd about an alert behind what is told of it already; of two of its stories, behind the first."""
    for number, line in enumerate(told):
        if line.name == odd.name:
            told[number] = Line(line.name, "; ".join(dict.fromkeys((*line.words.split("; "), odd.words))))
            return
    told.append(odd)


def _about(one: Urgent, written: dict[str, GroupText]) -> Line:
    group = one.lead
    where = "open its runbook" if group.runbook_url else "look at it first; it names no runbook"
    if group.attention == "stale":
        where = "ask Alertmanager whether it still fires; its resolve may be lost"
    if one.story.kind == "node" and len(one.groups) > 1 and group is one.groups[0]:
        where += "; look at this node before what follows"
    advice = advised(written.get(group.id), group)
    return Line(clean(group.alertname, 60), "; ".join(part for part in (where, advice) if part))


def _odd(facts: Facts) -> Iterator[Line]:
    by_id = {group.id: group for group in facts.groups}
    for pattern in facts.patterns:
        if pattern.kind == "flapping":
            name = clean(by_id[pattern.groups[0]].alertname, 60)
            yield Line(name, "lengthen its “for” or move its threshold")
        elif pattern.kind == "storm":
            yield Line(clean(pattern.subject, 60), "treat it as one incident; group its alerts")
