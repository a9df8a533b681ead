"""Random pasts against an independent reading of the definitions: days and counts, without keys or sightings."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compare.compare import compare
from digest.compare.history import look_back
from tests.nights import TODAY, before, seen, today

NIGHTS = st.lists(
    st.tuples(
        st.sampled_from(("told", "told", "told", "told", "untold", "none")),
        st.sampled_from((0, 0, 0, 1, 2, 3, 7, 40)),
    ),
    max_size=60,
)
"""Of each night, the newest first: whether it was told, and how often the group fired on it."""


def days(past: list[tuple[str, int]]) -> dict[date, int]:
    """Return how often it fired on the nights that ended on these days and were told."""
    return {TODAY - timedelta(days=ago): count for ago, (state, count) in enumerate(past, 1) if state == "told"}


def expected(counts: dict[date, int]) -> str | None:
    """Return the verdict on a group that fires today, a Thursday, by the words of the definition."""
    workdays = sorted(day for day in counts if day.isoweekday() not in {6, 7})[-28:]
    fired = [day for day, count in counts.items() if count]
    if len(workdays) < 3:
        return None
    if not fired:
        return "new"
    if len(workdays) >= 6 and 1 + len([day for day in workdays[-6:] if counts[day]]) >= 6:
        return "chronic"
    # It was last seen on the morning on which that night ended; today's night began yesterday in the evening.
    away = (TODAY - timedelta(days=1) - max(fired)).days
    witnesses = [day for day in counts if day > max(fired)]
    return "back" if away >= 7 and len(witnesses) >= 3 else "known"


@settings(max_examples=200)
@given(NIGHTS)
def test_the_verdict_is_the_one_of_the_definition(past: list[tuple[str, int]]) -> None:
    states = [
        (before(ago, 50 if state == "told" else None), state, count) for ago, (state, count) in enumerate(past, 1)
    ]
    windows = [night for night, state, _ in states if state != "none"]
    told = [(night, count) for night, state, count in states if state == "told"]
    known = seen([night for night, _ in reversed(told)], *(count for _, count in reversed(told)))
    facts = today()
    (one,) = compare(facts, look_back(windows, facts.period, whole=True), {"g1": known}, whole=True).groups
    assert one.verdict == expected(days(past))
    assert (one.volume is not None) == (one.verdict in {"chronic", "known"})
