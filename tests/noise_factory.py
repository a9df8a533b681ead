"""Made-up rules and firings, for the tests of the noise report; times of firings are in minutes."""

from dataclasses import replace

from digest.noise.model import Proposal, Rule, RuleRecord, RuleVerdict, VerdictKind
from digest.noise.replay import Series

RULE = Rule("default", "eu-1", "DiskSlow", "warning")
RECORD = RuleRecord(RULE, 10, 2, 36_000, 864_000, 3600, 0, 0, (10, *[0] * 23), 5, True, None)
"""Ten firings of an hour each within ten days, all of which began at midnight."""


def series(*firings: tuple[int, int] | tuple[int, int, bool]) -> Series:
    """Return a series from pairs of start and end in minutes; a third value says whether the end was told."""
    whole = [(*firing, True)[:3] for firing in firings]
    starts, ends, cleared = zip(*whole, strict=True) if whole else ((), (), ())
    return Series([60 * start for start in starts], [60 * end for end in ends], cleared)


def record(**changes: object) -> RuleRecord:
    """Return the record above with changes."""
    return replace(RECORD, **changes)  # type: ignore[arg-type]


def judged(verdict: VerdictKind, proposal: Proposal | None = None, **changes: object) -> RuleVerdict:
    """Return a verdict on the record above with changes."""
    return RuleVerdict(record(**changes), verdict, proposal)
