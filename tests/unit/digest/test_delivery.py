"""Envelopes, and how long a delivery can take."""

from digest.delivery import envelope, longest_seconds
from digest.settings import DeliverySettings

CARD = {"type": "AdaptiveCard", "version": "1.4"}


def test_a_message_wraps_the_card() -> None:
    assert envelope(CARD, "message") == {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": CARD}
        ],
    }


def test_a_flow_that_wants_the_card_gets_it_bare() -> None:
    assert envelope(CARD, "card") == CARD


def test_a_second_workflow_doubles_the_longest_time() -> None:
    assert longest_seconds(DeliverySettings("https://a", None, "card", 15)) == 150
    assert longest_seconds(DeliverySettings("https://a", "https://b", "card", 15)) == 300
