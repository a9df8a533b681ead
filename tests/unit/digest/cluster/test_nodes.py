"""Which conditions of a node are news."""

from datetime import UTC, datetime, timedelta

from digest.cluster.answers import Condition, Metadata, NodeAnswer, NodeStatus
from digest.cluster.nodes import conditions_of

JOINED = datetime(2026, 7, 2, 2, 22, tzinfo=UTC)


def told(pressure: str, changed: datetime) -> list[tuple[str, bool]]:
    """Return which conditions are told of a node whose memory pressure changed then, and whether each is bad."""
    conditions = [
        Condition(type="Ready", status="True", last_transition_time=JOINED + timedelta(seconds=10)),
        Condition(type="MemoryPressure", status=pressure, last_transition_time=changed),
    ]
    node = NodeAnswer(
        metadata=Metadata(name="node1", creation_timestamp=JOINED), status=NodeStatus(conditions=conditions)
    )
    return [(one.condition, one.bad) for one in conditions_of(node)]


def test_a_node_that_joins_is_ready_and_that_is_all_the_news() -> None:
    assert told("False", JOINED) == [("Ready", False)]


def test_a_node_that_joins_under_pressure_says_so() -> None:
    assert told("True", JOINED) == [("Ready", False), ("MemoryPressure", True)]


def test_the_end_of_a_later_pressure_is_news() -> None:
    assert told("False", JOINED + timedelta(hours=1)) == [("Ready", False), ("MemoryPressure", False)]
