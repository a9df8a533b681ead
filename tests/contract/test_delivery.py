"""Posting to a real HTTP server: what counts as sent, what is tried again, what is never told."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import requests

from digest.delivery import Cards, Delivery, Poster, deliver, new_session
from digest.settings import DeliverySettings
from tests.receiver import Answer, Receiver, receiver

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
CARD = {"type": "AdaptiveCard", "text": "Grüße 🔥"}
AGAIN = CARD | {"speak": "a repeat"}
CLOSED = "http://127.0.0.1:9/workflow?sig=secret"


class Channel:
    """Posts with a session that ignores the proxies of this environment, and notes how long it was told to wait."""

    def __init__(self) -> None:
        """Start without a wait."""
        self.waits: list[float] = []

    def post(
        self, url: str, fallback: str | None = None, form: str = "card", session: requests.Session | None = None
    ) -> Delivery:
        """Post the card."""
        direct = new_session()
        direct.trust_env = False
        poster = Poster(session or direct, self.waits.append, lambda: NOW, lambda: 0.5)
        return deliver(poster, DeliverySettings(url, fallback, form, 5), Cards(CARD, AGAIN))


@pytest.fixture
def channel() -> Channel:
    """Return a channel that has not waited yet."""
    return Channel()


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Return where receivers are entered, so that they end with the test."""
    with ExitStack() as stack:
        yield stack


def script(servers: ExitStack, *answers: Answer) -> Receiver:
    return servers.enter_context(receiver(*answers))


def test_the_card_arrives_as_utf8_json_in_its_envelope(servers: ExitStack, channel: Channel) -> None:
    teams = script(servers)
    assert channel.post(teams.url, form="message") == Delivery("sent", "accepted with 202.")
    assert teams.bodies[0]["attachments"][0]["content"] == CARD
    assert "Grüße 🔥".encode() in teams.raw[0]
    assert teams.content_types == ["application/json; charset=utf-8"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200), "sent"),
        (Answer(201, b"1"), "sent"),
        (Answer(204), "sent"),
        (Answer(403), "refused"),
    ],
)
def test_what_is_settled_by_one_answer(servers: ExitStack, channel: Channel, answer: Answer, outcome: str) -> None:
    teams = script(servers, answer)
    assert channel.post(teams.url).outcome == outcome
    assert len(teams.bodies) == 1
    assert channel.waits == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(servers: ExitStack, channel: Channel, status: int) -> None:
    teams = script(servers, Answer(status), Answer(status))
    assert channel.post(teams.url) == Delivery("sent", "accepted with 202 (3 tries).")
    assert channel.waits == [1.0, 2.0]
    assert len(teams.bodies) == 3


def test_a_connection_that_breaks_after_the_card_may_have_taken_it(servers: ExitStack, channel: Channel) -> None:
    teams = script(servers, *[Answer(drop=True)] * 3)
    delivery = channel.post(teams.url)
    assert (delivery.outcome, delivery.uncertain) == ("unreachable", True)
    assert "secret" not in delivery.detail
    assert teams.bodies == [CARD, AGAIN, AGAIN]


def test_what_the_first_workflow_may_have_taken_the_second_gets_as_a_repeat(
    servers: ExitStack, channel: Channel
) -> None:
    first, second = script(servers, *[Answer(504)] * 3), script(servers)
    assert channel.post(first.url, second.url).outcome == "sent"
    assert (first.bodies, second.bodies) == ([CARD, AGAIN, AGAIN], [AGAIN])


def test_the_second_workflow_takes_what_the_first_refuses(servers: ExitStack, channel: Channel) -> None:
    first, second = script(servers, Answer(400)), script(servers)
    delivery = channel.post(first.url, second.url)
    assert delivery == Delivery("sent", "First workflow: answered 400. Second workflow: accepted with 202.")
    assert second.bodies == [CARD]


def test_both_failing_is_a_refusal_if_one_refuses(servers: ExitStack, channel: Channel) -> None:
    second = script(servers, Answer(403))
    assert channel.post(CLOSED, second.url).outcome == "refused"
    assert channel.post(CLOSED, CLOSED).outcome == "unreachable"


def test_the_proxy_of_the_environment_is_used(
    servers: ExitStack, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = script(servers)
    monkeypatch.setenv("http_proxy", proxy.url.partition("/workflow")[0])
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    assert channel.post("http://teams.invalid/workflow", session=new_session()).outcome == "sent"
    assert proxy.bodies == [json.loads(json.dumps(CARD))]


def test_no_password_of_a_netrc_file_is_sent() -> None:
    prepared = new_session().prepare_request(requests.Request("POST", "http://127.0.0.1/"))
    assert "Authorization" not in prepared.headers
