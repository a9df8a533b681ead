"""Stories as the facts keep them; groups are named by their ids. All times are aware UTC times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

By = Literal["node", "volume", "rollout", "workload", "namespace"]
"""What two groups share, the strongest first; only ``namespace`` is weak."""
StoryKind = Literal["node", "volume", "rollout", "workload", "namespace", "alone"]


@dataclass(frozen=True)
class Joined:
    """Why a group is in a story: what it shares with another group of it. That is no claim of a cause."""

    group: str
    by: By
    """``node``: both are on one node while that was bad. ``volume``: one is about a claim that the other uses.

    ``rollout``: both came after one rollout. ``workload``: both are about one workload. ``namespace``: both began
    within two minutes of each other in one namespace.
    """
    subject: str
    """The node; ``namespace/name`` of the claim or the workload; the new image of a rollout; the namespace."""
    with_group: str
    """The group of the story that it shares this with, one step nearer to the headline."""


@dataclass(frozen=True)
class Story:
    """Groups of one source and cluster that share a subject and a time; a group that shares none is a story of one."""

    id: str
    """``s1``, ``s2`` … in the order of importance, which is the order of the stories."""
    groups: tuple[str, ...]
    """The headline, then its followers, most important first; every group of the night is in exactly one story."""
    headline: str
    """The group whose alert is told first."""
    kind: StoryKind
    """What most of its groups share; ``alone`` for a story of one."""
    subject: str
    """Which node, volume, rollout, workload or namespace that is; for a story of one what its group is about."""
    reasons: tuple[Joined, ...]
    """Why each follower is in it, in the order of ``groups``."""
    start: datetime
    """The first firing of any of its groups, also where it lies before the period."""
    end: datetime
    """The latest end of any of its groups; the cut-off where one fires."""
    following_series: int
    """Series of the followers: the alerts that are folded under the headline."""
    firing_count: int
    """Series of all its groups that fire at the cut-off."""
    attention: bool
    """Whether any of its groups requires attention."""
