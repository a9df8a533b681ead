"""What the noise report says: a rule, how it behaved, what is wrong with it, and what would help."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

VerdictKind = Literal["duplicate", "stale", "too_sensitive", "flapping", "no_runbook", "actionable", "too_few"]
ProposalKind = Literal["for", "keep_firing_for", "merge", "delete_or_fix", "add_runbook"]


@dataclass(frozen=True, order=True)
class Rule:
    """An alert rule as its alerts tell of it: one alertname and severity at one source and cluster."""

    source: str
    cluster: str
    alertname: str
    severity: str
    """As sent."""


@dataclass(frozen=True)
class Proposal:
    """One change of a rule, and what it would have done to the firings of the span.

    ``for``: its ``for`` longer by ``seconds``. ``keep_firing_for``: that duration. ``merge``: into another rule, which
    tells the same. ``delete_or_fix``: it fires nearly all the time. ``add_runbook``: nobody is told what to do.
    """

    kind: ProposalKind
    before: int
    """Firings as they were."""
    after: int
    """Firings that would have been left."""
    seconds: int | None = None
    into: Rule | None = None
    """The rule that it is merged into."""
    later: int = 0
    """Firings longer than an hour that would have come ``seconds`` later; only a ``for`` delays."""

    @property
    def removed(self) -> int:
        """Return how many firings would not have been."""
        return self.before - self.after

    @property
    def share(self) -> float:
        """Return the removed part of the firings, 0 to 1."""
        return self.removed / self.before if self.before else 0.0


@dataclass(frozen=True)
class RuleRecord:
    """How a rule behaved in the span; a firing is one series firing once, also where it began before the span."""

    rule: Rule
    firings: int
    series: int
    """Different series that fired."""
    firing_seconds: int
    """Time with at least one series firing, inside the span."""
    span_seconds: int
    """From its first firing, or from the start of the span where that is later, to the end of the span."""
    median_seconds: int
    """The (lower) median duration of a firing; one whose end was not told counts until it was last heard of."""
    cleared_soon: int
    """Firings that cleared within five minutes."""
    flapping_firings: int
    """Firings of a series that fired at least three times that day (local, from noon to noon: a night is one day)."""
    hours: tuple[int, ...]
    """How many firings began in each of the 24 local hours."""
    days: int
    """Local days, from noon to noon, on which it fired."""
    has_runbook: bool
    """Whether the newest firing has a ``runbook_url`` annotation that is a link."""
    silenced_share: float | None
    """The part of its firing series that was silenced, 0 to 1, over all samples; None without a sample."""


@dataclass(frozen=True)
class RuleVerdict:
    """A rule, its verdict, and what would help (None where nothing is proposed).

    ``duplicate``: it begins with another rule. ``stale``: it fires nearly all the time. ``too_sensitive``: most of its
    firings clear within minutes. ``flapping``: its series come and go. ``no_runbook``, ``actionable``: nothing else.
    ``too_few``: fewer than five firings, of which nothing is claimed. The exact definitions are in the design.
    """

    record: RuleRecord
    verdict: VerdictKind
    proposal: Proposal | None

    @property
    def score(self) -> int:
        """Return how many firings the proposal would have removed: the worst rule has the most."""
        return self.proposal.removed if self.proposal else 0


@dataclass(frozen=True)
class Report:
    """All rules that fired in ``since <= t < until``, worst first; times are aware, shown in ``timezone`` (IANA)."""

    since: datetime
    until: datetime
    timezone: str
    rules: tuple[RuleVerdict, ...]
    notes: tuple[str, ...] = ()
    """What limits the report, a sentence each."""
