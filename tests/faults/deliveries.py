"""What a run says and records of its delivery, and which cards came."""

import json

from tests.faults.closed_night import REPEAT
from tests.faults.pods import Ended
from tests.faults.stations import Station
from tests.faults.workflows import Workflow

EXIT_CODES = {"sent": 0, "unreachable": 4, "refused": 5}


def run(station: Station, url: str, patience: str = "60") -> Ended:
    """Run the digest with that workflow; each try of posting has so many seconds."""
    return station.run("run", TEAMS_WEBHOOK_URL=url, DELIVERY_TIMEOUT_SECONDS=patience)


def assert_said(ended: Ended, outcome: str, says: str) -> None:
    """Compare the exit code and the one sentence, and see that nothing secret is told."""
    messages = [json.loads(line)["message"] for line in ended.told.splitlines()]
    assert [message for message in messages if message.startswith("Digest ")] == [f"Digest {outcome}: {says}"]
    assert ended.code == EXIT_CODES[outcome]
    assert "secret" not in ended.told
    assert "://" not in ended.told


def assert_recorded(station: Station, outcome: str, says: str) -> None:
    """Compare what the database says of the delivery, and what the metrics count."""
    state = "sent" if outcome == "sent" else "failed"
    told = "SELECT state, delivery_status, delivery_detail FROM digests"
    assert station.night.rows(told) == [(state, state, says)]
    totals = "SELECT labels->>'status', value FROM metric_totals WHERE metric = 'alertgest_teams_delivery_total'"
    assert station.night.rows(totals) == [(outcome, 1)]


def marks(some: Workflow) -> list[bool]:
    """Say of each card that the workflow took whether it is marked as a possible repeat."""
    return [REPEAT in json.dumps(card) for card in some.cards]
