"""Why no webhook told of an episode, as far as that can be known; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.confirm.model import AddedReason, Silence
from digest.health.model import Span
from store.matchers import any_matches

SHORT = timedelta(minutes=5)
"""The ``group_interval`` that the documentation gives: what is shorter may come and go between two webhooks."""
_SLACK = timedelta(seconds=30)
"""The usual ``group_wait``: a silence that begins so much later still comes before the first webhook."""


@dataclass(frozen=True)
class Reasons:
    """What may have kept webhooks away: silences, and times at which no receiver ran."""

    silences: tuple[Silence, ...] = ()
    away: tuple[Span, ...] = ()

    def of(self, labels: Mapping[str, str], start: datetime, end: datetime) -> AddedReason:
        """Return the reason for an episode from ``start`` to ``end``."""
        lasting = (one for one in self.silences if one.starts_at <= start + _SLACK and one.ends_at >= end)
        if any(any_matches((one.matchers,), labels) for one in lasting):
            return "suppressed"
        if any(start < one.end and end > one.start for one in self.away):
            return "receiver_away"
        return "short" if end - start < SHORT else "not_told"
