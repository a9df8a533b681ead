"""All that is told of each group, one by one; pure."""

from collections.abc import Iterator, Mapping

from digest.briefing.lines import group_line
from digest.cluster.words import cluster_lines
from digest.confirm.words import suppression_lines
from digest.detail import rank
from digest.episode import Episode
from digest.facts import Facts, Group, Period
from digest.report.axis import Axis
from digest.report.model import Card, EpisodeRow
from digest.report.timeline import span_words, spans_of
from digest.wording import Line, clean, clock, count, duration, moment, names

MOST_GROUPS = 1_000
"""Groups that are told one by one; a page of more takes a browser too long."""
_MOST_LABELS = 12
_LINKS = ("Runbook", "Dashboard", "Source")


def cards(facts: Facts, compared: Mapping[str, str]) -> tuple[Card, ...]:
    """Return the groups in the order of importance; ``compared`` has the words of the comparison by group."""
    axis = Axis(facts.period)
    return tuple(_card(group, facts, axis, compared.get(group.id, "")) for group in facts.groups[:MOST_GROUPS])


def _card(group: Group, facts: Facts, axis: Axis, compared: str) -> Card:
    urls = (group.runbook_url, group.dashboard_url, group.generator_url)
    spans = spans_of(group, facts)
    more = group.total_occurrences - len(group.episodes)
    return Card(
        id=group.id,
        level=group.level,
        line=group_line(group, compared),
        attention=group.attention is not None,
        summary=clean(group.summary, 400),
        figures=tuple(line for line in _figures(group, facts) if line.words),
        links=tuple((name, url) for name, url in zip(_LINKS, urls, strict=True) if url),
        bars=axis.bars(spans),
        span=f"{clock(facts.period.start, facts.period)} to {clock(facts.period.limit, facts.period)}",
        episodes=tuple(_episode(one, facts.period) for one in group.episodes),
        episodes_note=_left_out(more, len(group.episodes)),
    )


def _left_out(more: int, told: int) -> str:
    if not more:
        return ""
    if not told:
        return f"{count(more, 'episode')}, not listed one by one."
    return f"{count(more, 'earlier episode')} not listed."


def _figures(group: Group, facts: Facts) -> Iterator[Line]:
    period = facts.period
    yield Line("Severity", clean(group.severity, 30) or "none")
    yield Line("Namespace", clean(group.namespace, 80))
    yield Line("Owner", clean(group.owner, 60))
    yield Line("Source", " / ".join(part for part in (clean(group.source, 60), clean(group.cluster, 60)) if part))
    yield Line("First and last seen", f"{moment(group.first_seen, period)} – {moment(group.last_seen, period)}")
    yield Line("Fired for", duration(group.firing_seconds))
    yield Line("When", span_words(group.fired, group, period) if group.fired else "")
    yield Line("Occurrences", f"{group.total_occurrences:,} of {count(group.series_count, 'alert')}")
    yield Line("State", ", ".join(_states(group)))
    for kind in group.resources:
        objects = names((one.name for one in kind.top), most=5, longest=80)
        yield Line(clean(kind.label, 30), objects + _others(kind.total))
    yield Line("Nodes of its pods", names(group.nodes, most=5, longest=80))
    for words in cluster_lines(group, period):
        yield Line("Cluster", words)
    for line in suppression_lines([group], period.timezone):
        yield Line("Held back", line.words)
    yield Line("Shared labels", _labels(group))


def _states(group: Group) -> Iterator[str]:
    counts = (
        (group.firing_count, "firing"),
        (group.suppressed_count, "of them held back"),
        (group.stale_count, "without news"),
        (group.resolved_count, "cleared"),
        (group.unconfirmed_count, "that no source knows"),
        (group.flapping_series, "flapping"),
    )
    yield from (f"{number:,} {word}" for number, word in counts if number)
    yield from (f"{one.episodes:,} that no webhook told ({one.reason.replace('_', ' ')})" for one in group.added)


def _others(total: int) -> str:
    return f" ({total:,} in all)" if total > 1 else ""


def _labels(group: Group) -> str:
    told = [f"{clean(name, 40)}={clean(value, 80)}" for name, value in group.common_labels[:_MOST_LABELS]]
    more = len(group.common_labels) - len(told)
    return ", ".join(told) + (f" and {more:,} more" if more else "")


def _episode(episode: Episode, period: Period) -> EpisodeRow:
    last = episode.end or period.cut_off
    end = {"firing": "still firing", "stale": f"no news since {moment(last, period)}"}.get(episode.state)
    lasted = duration(int((last - episode.start).total_seconds()))
    series = ", ".join(f"{clean(name, 40)}={clean(value, 80)}" for name, value in sorted(episode.labels, key=rank))
    return EpisodeRow(moment(episode.start, period), end or moment(last, period), lasted, series or "–")
