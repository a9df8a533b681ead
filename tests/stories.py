"""Groups and nights for the stories, told in minutes after the start of a night of 14 hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.cluster.context import Change, ConditionChange, Context
from digest.cluster.model import Workload
from digest.facts import Facts, Group, Level, Resource, ResourceKind
from digest.resources import RESOURCE_LABELS
from digest.stories.model import Story
from tests.facts_factory import END, START
from tests.facts_factory import night as any_night

MORNING = 14 * 60
"""The minute of the cut-off."""
NOTHING: Mapping[str, str] = {}
_ANY = any_night(1).groups[0]


def minute(number: int) -> datetime:
    """Return the time of a minute."""
    return START + timedelta(minutes=number)


def alert(
    alertname: str,
    begin: int,
    end: int | None = None,
    *,
    namespace: str = "shop",
    level: Level = "warning",
    series: int = 1,
    fired: int | None = None,
    changes: tuple[Change, ...] = (),
    workload: Workload | None = None,
    cluster: str = "",
    nodes: tuple[str, ...] = (),
    about: Mapping[str, str] = NOTHING,
    **named: str,
) -> Group:
    """Return a group that fired from one minute to another, or still does; ``fired`` minutes in all.

    What is ``about`` or ``named`` are labels: of objects, one or several with commas between; others of all series.
    ``nodes`` are where the cluster saw its pods.
    """
    labels = dict(about) | named
    firing = end is None
    last = MORNING if end is None else end
    seconds = 60 * (last - max(begin, 0) if fired is None else fired)
    kinds = ((label, tuple(labels[label].split(","))) for label in RESOURCE_LABELS if label in labels)
    return replace(
        _ANY,
        cluster=cluster,
        alertname=alertname,
        severity=level,
        level=level,
        namespace=namespace,
        series_count=series,
        firing_count=int(firing),
        resolved_count=series - int(firing),
        flapping_series=0,
        first_seen=minute(begin),
        last_seen=minute(last),
        firing_since=minute(begin) if firing else None,
        firing_seconds=seconds,
        resources=tuple(
            ResourceKind(label, len(names), tuple(Resource(name, 1, 0) for name in names)) for label, names in kinds
        ),
        common_labels=tuple(sorted((name, value) for name, value in labels.items() if "," not in value)),
        attention="firing" if firing and level != "info" else "cleared_critical" if level == "critical" else None,
        changes=changes,
        workload=workload,
        nodes=nodes,
    )


def rollout(at: int, image: str = "reg/api:2", before: str = "reg/api:1") -> Change:
    """Return a rollout of a minute, with another image unless both are the same."""
    return Change("rollout", minute(at), 0, before, image)


def condition(node: str, name: str, begin: int, end: int | None) -> tuple[ConditionChange, ...]:
    """Return a condition of a node that was bad from one minute to another, or is so still."""
    bad = ConditionChange(node, name, "True", bad=True, reason="", since=minute(begin), present=end is None)
    if end is None:
        return (bad,)
    return (bad, replace(bad, status="False", bad=False, since=minute(end), present=True))


def seen(*conditions: ConditionChange) -> Context:
    """Return what the cluster tells of its nodes."""
    return Context(END, looked=True, node_conditions=conditions)


def night(groups: Iterable[Group], context: Context | None = None) -> Facts:
    """Return the facts of groups that get their ids in the given order."""
    numbered = tuple(replace(group, id=f"g{number}") for number, group in enumerate(groups, 1))
    return replace(any_night(0), groups=numbered, context=context, cluster="")


@dataclass(frozen=True)
class Scenario:
    """Groups by names of ours, and the stories that they are: the headline, then its followers."""

    groups: dict[str, Group]
    stories: tuple[tuple[str, ...], ...]
    context: Context | None = None

    @property
    def facts(self) -> Facts:
        """The facts, the groups in the order in which they are written."""
        return night(self.groups.values(), self.context)


def parts(stories: Iterable[Story]) -> set[tuple[str, frozenset[str]]]:
    """Return of each story the headline and all groups."""
    return {(story.headline, frozenset(story.groups)) for story in stories}


def expected(scenario: Scenario) -> set[tuple[str, frozenset[str]]]:
    """Return the same as it is written by hand."""
    ids = {name: f"g{number}" for number, name in enumerate(scenario.groups, 1)}
    return {(ids[story[0]], frozenset(ids[name] for name in story)) for story in scenario.stories}
