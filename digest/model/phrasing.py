"""What a model wrote and the verifier passed; no facts, and shown as such."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GroupText:
    """One sentence about a group, and the code of what to do, both of the model."""

    group: str
    why: str
    """Empty where what it wrote was rejected."""
    action: str
    """A code of ``digest.model.actions``; empty where it gave none."""


@dataclass(frozen=True)
class LinkText:
    """A link between groups or to a change that code proposed and the model took for possible."""

    groups: tuple[str, ...]
    kind: str
    """``rollout``, ``same_node``, ``same_workload`` or ``same_namespace``."""
    subject: str
    """What they share, or what was rolled out."""
    minutes: int
    """Between the two, or from the change to the first firing."""
    text: str
    """Empty where what the model wrote was rejected: the link stands, in words of code."""


@dataclass(frozen=True)
class Phrasing:
    """The model's part of a digest."""

    model: str
    """Empty where no model wrote anything."""
    groups: tuple[GroupText, ...] = ()
    links: tuple[LinkText, ...] = ()
    left_out: int = 0
    """Groups that the token budget kept from the model."""
    rejected: int = 0
    """Sentences that the verifier rejected for good."""
    reason: str = ""
    """Why there is no model text, or why it is cut short, in words of ours; empty where neither is so."""
