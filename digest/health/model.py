"""What is told of the health of the capture; part of the facts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """A time from ``start`` to ``end``, which is not part of it."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Absence:
    """When something was away: the longest spans in the order of time, and all of them in figures."""

    spans: tuple[Span, ...] = ()
    more: int = 0
    """How many shorter spans are not told."""
    seconds: int = 0
    """How long it was away, all spans together."""


NEVER = Absence()
"""Not away at all."""


@dataclass(frozen=True)
class Refusal:
    """How many webhooks got a status code of 4xx; what they carried comes with the group's next news, if at all."""

    code: int
    webhooks: int
