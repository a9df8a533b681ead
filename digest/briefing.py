"""The briefing: five sections told by code alone from the facts; what every renderer shows; pure."""

from dataclasses import dataclass

from digest.cluster.words import cluster_lines, cluster_now, moment_line
from digest.facts import Facts, Group, Pattern, Period
from digest.model.phrasing import GroupText
from digest.model.words import advised, link_lines, marked, model_note
from digest.wording import Line, clean, clock, count, day_clock, duration, mark, names, span

MOST_ITEMS = 5
_MOST_LINES = 8


@dataclass(frozen=True)
class Item:
    """One thing that requires attention; title, place and owner are untrusted text, cleaned."""

    mark: str
    severity: str
    title: str
    place: str
    state: str
    owner: str
    summary: str
    links: tuple[tuple[str, str], ...]
    """Names of ours and URLs of the alert."""
    cluster: tuple[str, ...] = ()
    """What the cluster says of it, a line each: what changed before, and the worst that was seen."""
    model: str = ""
    """A sentence that a language model wrote, marked as such; empty where there is none."""


@dataclass(frozen=True)
class Briefing:
    """What the night amounts to."""

    title: str
    verdict: str
    period: str
    mood: str
    """``good``, ``warning`` or ``attention``."""
    notes: tuple[str, ...]
    attention: tuple[Item, ...]
    more_attention: int
    summary: tuple[str, ...]
    patterns: tuple[Line, ...]
    actions: tuple[Line, ...]
    severities: tuple[Line, ...]
    groups: tuple[Line, ...]
    timeline: tuple[Line, ...] = ()
    cluster: tuple[Line, ...] = ()
    """How the cluster is when the digest is made, where something is wrong with it."""
    model_note: str = ""
    """What a model wrote or why none did; empty where none was asked."""

    @property
    def sections(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """Return the titles and lines of what follows the summary; those of the cluster only where it says anything."""
        cluster = (("Time line", self.timeline), ("Cluster now", self.cluster))
        return (
            ("Patterns", self.patterns),
            *(section for section in cluster if section[1]),
            ("Recommended actions", self.actions),
            ("By severity", self.severities),
            ("All groups", self.groups),
        )


def build_briefing(facts: Facts) -> Briefing:
    """Return the briefing; each of its five sections says so where there is nothing to tell."""
    urgent = [group for group in facts.groups if group.attention]
    urgent.sort(key=lambda group: (group.attention == "cleared_critical", int(group.id[1:])))
    by_id = {group.id: group for group in facts.groups}
    written = {text.group: text for text in facts.phrasing.groups} if facts.phrasing else {}
    return Briefing(
        title=" · ".join(part for part in (_kind(facts), clean(facts.cluster, 60)) if part),
        verdict=_verdict(facts, urgent),
        period=span(facts.period),
        mood=_mood(facts, urgent),
        notes=_notes(facts),
        attention=tuple(_item(group, facts.period, written.get(group.id)) for group in urgent[:MOST_ITEMS]),
        more_attention=max(0, len(urgent) - MOST_ITEMS),
        summary=_summary(facts),
        patterns=(
            *(_pattern(pattern, by_id, facts.period) for pattern in facts.patterns[:_MOST_LINES]),
            *link_lines(facts.phrasing, by_id),
        ),
        actions=tuple(_actions(facts, urgent, by_id, written)),
        severities=tuple(_severity(facts)),
        groups=tuple(_group(group) for group in facts.groups),
        cluster=cluster_now(facts.context) if facts.context else (),
        model_note=model_note(facts.phrasing),
        timeline=tuple(moment_line(one, facts.period) for one in facts.timeline),
    )


def _kind(facts: Facts) -> str:
    return "Overnight digest" if facts.kind == "scheduled" else "Digest on request"


def _verdict(facts: Facts, urgent: list[Group]) -> str:
    totals = facts.totals
    if not facts.capture.received and not facts.groups:
        return "Nothing was received at all. This may be a broken path and not a quiet night."
    if not facts.groups:
        return "A quiet night: no alerts."
    now = sum(group.attention != "cleared_critical" for group in urgent)
    head = f"{count(now, 'needs', 'need')} you now." if now else "Nothing needs you now."
    alone = "itself" if totals.series == 1 else "themselves"
    cleared = f"{totals.resolved:,} of {count(totals.series, 'alert')} cleared by {alone}."
    return f"{head} {cleared}"


def _mood(facts: Facts, urgent: list[Group]) -> str:
    if any(group.attention != "cleared_critical" for group in urgent):
        return "attention"
    doubtful = urgent or not facts.capture.received or any(late.level == "critical" for late in facts.late)
    return "warning" if doubtful else "good"


def _notes(facts: Facts) -> tuple[str, ...]:
    """Return what limits or explains the digest, at most one line of each kind."""
    capture, notes = facts.capture, []
    if facts.kind == "adhoc":
        notes.append("Made on request; the night's own digest still comes.")
    if not capture.received:
        notes.append(
            "No webhook arrived in this period: check the receiver in Alertmanager, its route and the ingest pod."
        )
    stopped = [beat.alertname for beat in facts.heartbeats if not beat.alive]
    if stopped:
        notes.append(f"{count(len(stopped), 'heartbeat has', 'heartbeats have')} stopped: {names(stopped)}.")
    if capture.truncated_alerts:
        notes.append(f"Alertmanager cut {count(capture.truncated_alerts, 'alert')} (max_alerts): they are missing.")
    if capture.quarantined:
        notes.append(f"{count(capture.quarantined, 'message')} could not be read and lie in ingest_quarantine.")
    if facts.late:
        total = sum(late.occurrences for late in facts.late)
        late = names(one.alertname for one in facts.late)
        notes.append(f"{count(total, 'alert')} of an earlier night arrived too late for its digest: {late}.")
    for reason, pieces in list(_lacking(facts).items())[:2]:
        notes.append(f"The cluster's context lacks {names(pieces, most=4)}: {clean(reason, 160)}.")
    if facts.skipped:
        more = len(facts.skipped) - 1
        before = f" and {count(more, 'window')} before it" if more else ""
        notes.append(f"No digest was made for {span(facts.skipped[-1])}{before}.")
    return tuple(notes)


def _lacking(facts: Facts) -> dict[str, list[str]]:
    """Return the pieces of the cluster's context that could not be had, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for one in facts.context.missing if facts.context else ():
        by_reason.setdefault(one.reason, []).append(one.piece)
    return by_reason


def _item(group: Group, period: Period, written: GroupText | None) -> Item:
    first = next((kind for kind in group.resources if kind.total), None)
    subject = clean(first.top[0].name, 60) if first and first.total == 1 else ""
    place = " / ".join(part for part in (clean(group.namespace, 60), clean(group.cluster, 40)) if part)
    links = (("Runbook", group.runbook_url), ("Dashboard", group.dashboard_url), ("Source", group.generator_url))
    return Item(
        mark(group.level),
        clean(group.severity, 20) or "no severity",
        " – ".join(part for part in (clean(group.alertname, 80), subject) if part),
        place or "no namespace",
        _state(group, period),
        clean(group.owner, 40),
        clean(group.summary),
        tuple((name, url) for name, url in links if url),
        cluster_lines(group, period),
        marked(written.why) if written else "",
    )


def _state(group: Group, period: Period) -> str:
    if group.attention == "firing" and group.firing_since:
        some = f"{group.firing_count:,} of {group.series_count:,} firing" if group.series_count > 1 else "firing"
        lasted = duration(int((period.cut_off - group.firing_since).total_seconds()))
        return f"{some} since {day_clock(group.firing_since, period.timezone)} ({lasted})"
    if group.attention == "stale" and group.last_news:
        return f"no news since {day_clock(group.last_news, period.timezone)}"
    lasted = duration(group.firing_seconds)
    return f"cleared at {clock(group.last_seen, period)} after {lasted}, {count(group.total_occurrences, 'time')}"


def _summary(facts: Facts) -> tuple[str, ...]:
    totals = facts.totals
    if not facts.groups:
        return ("No alert fired.",)
    told = f"{count(totals.occurrences, 'occurrence')} of {count(totals.series, 'alert')}"
    states = f"{totals.firing:,} firing, {totals.stale:,} without news, {totals.resolved:,} cleared"
    lines = [f"{told} in {count(totals.groups, 'group')}: {states}."]
    if totals.flapping:
        lines.append(f"{count(totals.flapping, 'group')} kept coming and going.")
    if facts.context and not facts.context.looked:
        lines.append("Without cluster context: no Kubernetes was found.")
    return tuple(lines)


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


def _actions(facts: Facts, urgent: list[Group], by_id: dict[str, Group], written: dict[str, GroupText]) -> list[Line]:
    lines = []
    for group in urgent[:MOST_ITEMS]:
        where = "open its runbook" if group.runbook_url else "look at it first; it names no runbook"
        if group.attention == "stale":
            where = "ask Alertmanager whether it still fires; its resolve may be lost"
        advice = advised(written.get(group.id), group)
        lines.append(Line(clean(group.alertname, 60), "; ".join(part for part in (where, advice) if part)))
    for pattern in facts.patterns:
        if pattern.kind == "same_node":
            lines.append(Line(clean(pattern.subject, 60), "look at this node before its followers"))
        elif pattern.kind == "flapping":
            lines.append(
                Line(clean(by_id[pattern.groups[0]].alertname, 60), "lengthen its “for” or move its threshold")
            )
        elif pattern.kind == "storm":
            lines.append(Line(clean(pattern.subject, 60), "treat it as one incident; group its alerts"))
    return lines[:_MOST_LINES]


def _severity(facts: Facts) -> list[Line]:
    lines = [
        Line(
            f"{mark(one.level)} {clean(one.severity, 20) or 'no severity'}",
            f"{count(one.occurrences, 'occurrence')} in {count(one.groups, 'group')}, {one.firing:,} firing",
        )
        for one in facts.severities[:_MOST_LINES]
    ]
    more = len(facts.severities) - len(lines)
    return [*lines, Line("", f"and {count(more, 'severity', 'severities')} more")] if more else lines


def _group(group: Group) -> Line:
    state = ", ".join(
        f"{number:,} {word}"
        for number, word in (
            (group.firing_count, "firing"),
            (group.stale_count, "no news"),
            (group.resolved_count, "cleared"),
        )
        if number
    )
    name = " · ".join(part for part in (clean(group.alertname, 60), clean(group.namespace, 40)) if part)
    return Line(f"{mark(group.level)} {name}", f"{count(group.total_occurrences, 'occurrence')}, {state}")
