"""docs/teams.md quotes what the program says, and its test without the program is a card that a workflow takes."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.delivery import Cards, Poster, deliver, envelope, new_session
from digest.run import EXIT_CODES
from digest.settings import DeliverySettings
from tests.card_schema import schema_errors
from tests.programs import program, self_signed
from tests.receiver import Answer, receiver

PAGE = (Path(__file__).parents[2] / "docs" / "teams.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|`]+) \| `((?:sent|refused|unreachable): [^`]+)` \| (\d) \|", PAGE, re.MULTILINE)
"""What the workflow does, what the program says, and the exit code."""
NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
CARD = {"type": "AdaptiveCard"}
Address = Callable[[Path], AbstractContextManager[str]]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    with receiver(answer, answer, answer) as workflow:
        yield workflow.url


@contextmanager
def nobody(_: Path) -> Iterator[str]:
    yield "http://127.0.0.1:9/workflow"


@contextmanager
def silent(_: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/workflow"


@contextmanager
def unknown_authority(folder: Path) -> Iterator[str]:
    with receiver(certificate=self_signed(folder).with_key) as workflow:
        yield workflow.url


OTHERS: dict[str, Address] = {
    "200, with the text of an error": lambda _: answering(Answer(200, b"Webhook message delivery failed with error")),
    "nobody listens": nobody,
    "nothing in time": silent,
    "a certificate of nobody": unknown_authority,
}


def address(row: str, folder: Path) -> AbstractContextManager[str]:
    """Return a workflow that does what a row of the page has in its first column."""
    return answering(Answer(int(row))) if row.isdecimal() else OTHERS[row](folder)


def test_the_page_has_every_kind_of_answer() -> None:
    assert {row for row, _, _ in ROWS} >= {"202", "400", "401", "403", "404", "413", "429", "500", "504", *OTHERS}


@pytest.mark.parametrize(("row", "says", "code"), ROWS, ids=[row for row, _, _ in ROWS])
def test_the_page_quotes_the_program(tmp_path: Path, row: str, says: str, code: str) -> None:
    session = new_session()
    session.trust_env = False
    poster = Poster(session, lambda _: None, lambda: NOW)
    with address(row, tmp_path) as url:
        told = deliver(poster, DeliverySettings(url, None, "message", 1), Cards(CARD, CARD))
    assert f"{told.outcome}: {told.detail}" == says
    assert EXIT_CODES[told.outcome] == int(code)


def test_the_line_for_two_workflows_is_quoted_too() -> None:
    with receiver(Answer(404)) as first, receiver() as second:
        session = new_session()
        session.trust_env = False
        settings = DeliverySettings(first.url, second.url, "message", 5)
        told = deliver(Poster(session, lambda _: None, lambda: NOW), settings, Cards(CARD, CARD))
    assert f"`{told.detail}`" in PAGE


def test_what_curl_posts_is_a_card_in_the_envelope_of_the_program() -> None:
    found = re.search(r"^```text\n(curl .*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    with receiver() as workflow:
        environ = {"PATH": os.environ["PATH"], "TEAMS_WEBHOOK_URL": workflow.url, "NO_PROXY": "*"}
        done = subprocess.run(
            [program("bash"), "-c", found[1]], env=environ, capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stdout) == (0, "202\n"), done.stderr
    (posted,) = workflow.bodies
    card = posted["attachments"][0]["content"]
    assert posted == envelope(card, "message")
    assert schema_errors(card) == []
    assert workflow.content_types == ["application/json"]
    assert json.loads(workflow.raw[0]) == posted
