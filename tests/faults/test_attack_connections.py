"""Connections that send nothing, or a byte at a time, or do not read: honest senders are answered all the while."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.faults.attackers import START, allow_files, ask, body, connections, head, until_closed, until_hung_up
from tests.faults.limited import limited_ingest
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import alert, wait_until, webhook

WHERE = "Attackers"
SECONDS = "3"
EACH = 200
UNFINISHED = b"POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nX-Slow: "
UNSENT = head("Content-Length: 1000")
ANSWERED = head("Authorization: Bearer wrong", "Content-Length: 30000000")
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc, on Linux")


def test_a_thousand_connections_that_idle_or_drip_cost_nobody_an_answer(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    allow_files(2500)
    with limited_ingest(database, tmp_path / "log", READ_TIMEOUT_SECONDS=SECONDS, AUTH_TOKENS="eu=s1") as ingest:
        unsent = UNSENT.replace(b"Host", b"Authorization: Bearer s1\r\nHost")
        with (
            connections(ingest.port, EACH) as idle,
            connections(ingest.port, EACH, UNFINISHED) as slow_heads,
            connections(ingest.port, EACH, unsent) as unsent_bodies,
            connections(ingest.port, EACH, unsent) as slow_bodies,
            connections(ingest.port, EACH, ANSWERED) as refused,
            senders(ingest.address, clients=4, token="s1") as load,
        ):
            assert until_closed(slow_heads + slow_bodies, drip=b" ") == 2 * EACH  # 408
            assert until_closed(refused, drip=b" ") == EACH  # 401, and the rest of the body is not waited for
            assert until_closed(idle + unsent_bodies) == EACH  # 408, and silence for silence
            load.wait_for_more(50)
        assert set(load.answers) == {"200"}
        wait_until(lambda: ingest.files() < 100)
    missing = load.missing(database)
    assert missing == frozenset()
    assert "exception" not in (tmp_path / "log").read_text(encoding="utf-8")
    report(
        Fault(WHERE, "connections that send nothing or a byte at a time", 5 * EACH, len(load.acknowledged),
              len(missing), "closed after READ_TIMEOUT_SECONDS; honest senders get 200 all the while")
    )  # fmt: skip


def test_more_connections_than_files_may_be_open_make_room_for_honest_senders(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    files, number = 200, 600
    with limited_ingest(database, tmp_path / "log", files=files, READ_TIMEOUT_SECONDS="300") as ingest:
        with connections(ingest.port, number) as idle, senders(ingest.address, clients=4) as load:
            load.wait_for_more(100)
        assert load.answers["200"] >= 100
        assert set(load.answers) <= {"200", "ConnectionError"}
        with connections(ingest.port, number), senders(ingest.address, clients=1) as again:
            again.wait_for_more(20)
        assert ask(ingest.port, head("Connection: close", method="GET", path="/health")).codes == (200,)
    missing = load.missing(database) | again.missing(database)
    assert missing == frozenset()
    assert (tmp_path / "log").read_text(encoding="utf-8").count("out of system resource") < number
    acknowledged = len(load.acknowledged | again.acknowledged)
    report(
        Fault(WHERE, "three times as many idle connections as files may be open", len(idle) * 2, acknowledged,
              len(missing), "those that idle longest are closed; honest senders get 200")
    )  # fmt: skip


def test_clients_that_do_not_read_are_hung_up(database: str, tmp_path: Path, report: Callable[[Fault], None]) -> None:
    number, names = 50, [alert(f"{n}{'Long' * 30}", START) for n in range(500)]  # a scrape of 200 kB
    with limited_ingest(database, tmp_path / "log", READ_TIMEOUT_SECONDS="1") as ingest:
        assert requests.post(f"{ingest.address}/api/v1/alerts", json=webhook(*names), timeout=20).json()["new"] == 500
        with connections(ingest.port, number) as deaf, senders(ingest.address, clients=2) as load:
            until_hung_up(deaf, head(method="GET", path="/metrics"))
            load.wait_for_more(20)
        assert load.answers["200"] >= 20
        assert set(load.answers) <= {"200", "503"}
    missing = load.missing(database)
    assert missing == frozenset()
    report(
        Fault(WHERE, "clients that ask and do not read", number, len(load.acknowledged), len(missing),
              "hung up after READ_TIMEOUT_SECONDS")
    )  # fmt: skip


def test_thousands_of_requests_without_waiting_for_an_answer_cost_no_memory(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    number = 50
    with limited_ingest(database, tmp_path / "log") as ingest:
        with (
            connections(ingest.port, number, head(method="GET", path="/health") * 5000) as hasty,
            senders(ingest.address, clients=2) as load,
        ):
            until_closed(hasty)
            load.wait_for_more(20)
        assert set(load.answers) == {"200"}
    missing = load.missing(database)
    assert missing == frozenset()
    report(
        Fault(WHERE, "thousands of requests on one connection, none waited for", number, len(load.acknowledged),
              len(missing), "closed after a few; honest senders get 200 all the while")
    )  # fmt: skip


def test_a_wrong_token_is_refused_before_any_of_thirty_megabytes_comes(database: str, tmp_path: Path) -> None:
    with (
        limited_ingest(database, tmp_path / "log", AUTH_TOKENS="eu=s1", READ_TIMEOUT_SECONDS="300") as ingest,
        socket.create_connection(("127.0.0.1", ingest.port), timeout=20) as one,
    ):
        one.sendall(ANSWERED.replace(b"Host", b"Expect: 100-continue\r\nHost"))
        assert one.recv(1000).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_a_body_at_the_limit_is_kept_and_one_byte_more_refused(database: str, tmp_path: Path, *, chunked: bool) -> None:
    with limited_ingest(database, tmp_path / "log", MAX_BODY_BYTES="2000") as ingest:
        for length, code in ((2000, 200), (2001, 413)):
            content = body("Full", length)
            parts = [content[:1990], content[1990:]]
            if chunked:
                framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
                heard = ask(ingest.port, head("Transfer-Encoding: chunked"), framed)
            else:
                heard = ask(ingest.port, head(f"Content-Length: {length}"), content)
            assert (heard.codes, heard.closed) == ((code,), False)
