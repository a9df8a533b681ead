"""Senders that vanish, that speak old HTTP, or that go on after an error: what is acknowledged is kept, no more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.fingerprint import fingerprint
from tests.faults.databases import survived
from tests.faults.exchange import Exchange, reset
from tests.faults.senders import senders, stored
from tests.faults.tally import Fault
from tests.ingest_process import IngestProcess, alert, wait_until, webhook

WHERE, TIMES, TOKEN = "Between Alertmanager and the receiver", 20, "s3cret"
KEY = f"Authorization: Bearer {TOKEN}"


@pytest.fixture
def receiver(database: str) -> Iterator[IngestProcess]:
    one = IngestProcess(database, AUTH_TOKENS=f"default={TOKEN}", MAX_BODY_BYTES="4096")
    try:
        one.start()
        yield one
    finally:
        one.end()


def alerts(name: str) -> list[dict[str, Any]]:
    return [alert(name, "2026-07-01T20:00:00Z", number=str(number)) for number in range(TIMES)]


def fingerprints(some: list[dict[str, Any]]) -> frozenset[str]:
    return frozenset(fingerprint(one["labels"]) for one in some)


def files(process: IngestProcess) -> int:
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted by /proc, on Linux")
def test_senders_vanish_with_half_a_body_sent(
    database: str, receiver: IngestProcess, report: Callable[[Fault], None]
) -> None:
    gone = alerts("Half")
    with senders(receiver.address, clients=2, token=TOKEN) as load:
        load.wait_for_more(50)
        before = files(receiver)
        for number, one in enumerate(gone):
            with Exchange(receiver.address, webhook(one)) as exchange:
                exchange.send_head(KEY)
                exchange.send_body(share=0.5)
                if number % 2:
                    reset(exchange.socket)
        wait_until(lambda: files(receiver) <= before)
        load.wait_for_more(50)
    assert fingerprints(gone) & stored(database) == frozenset()
    report(survived(load, database, "senders vanish with half a body sent", TIMES,
                    "nothing of them is kept, no connection stays; others are served", where=WHERE))  # fmt: skip


def test_senders_vanish_before_the_answer(
    database: str, receiver: IngestProcess, report: Callable[[Fault], None]
) -> None:
    gone = alerts("Gone")
    with senders(receiver.address, clients=2, token=TOKEN) as load:
        load.wait_for_more(50)
        for one in gone:
            with Exchange(receiver.address, webhook(one)) as exchange:
                exchange.send_head(KEY)
                exchange.send_body()
        wait_until(lambda: fingerprints(gone) <= stored(database))
        load.wait_for_more(50)
    report(survived(load, database, "senders vanish before the answer", TIMES,
                    "what they sent is kept all the same", where=WHERE))  # fmt: skip


def test_http_of_version_1_0(database: str, receiver: IngestProcess, report: Callable[[Fault], None]) -> None:
    old, codes = alerts("Old"), []
    for number, one in enumerate(old):
        with Exchange(receiver.address, webhook(one)) as exchange:
            exchange.send_head(KEY, *(["Connection: keep-alive"] if number % 2 else []), version="1.0")
            exchange.send_body()
            codes.append(exchange.status())
            assert exchange.closed()
    missing = fingerprints(old) - stored(database)
    assert (codes, missing) == ([200] * TIMES, frozenset())
    report(
        Fault(WHERE, "HTTP/1.0", TIMES, TIMES, len(missing), "200, and the connection is closed")
    )  # fmt: skip


ERRORS: list[tuple[int, bytes, tuple[str, ...]]] = [
    (400, b'{"alerts": [', (KEY,)),
    (401, b'{"alerts": []}', ("Authorization: Bearer wrong",)),
    (413, b" " * 5_000, (KEY,)),
    (415, b"\x1f\x8b", (KEY, "Content-Encoding: gzip")),
]


def test_a_connection_is_used_again_after_an_error(
    database: str, receiver: IngestProcess, report: Callable[[Fault], None]
) -> None:
    acknowledged = alerts("After")[: len(ERRORS)]
    for (code, body, headers), one in zip(ERRORS, acknowledged, strict=True):
        with Exchange(receiver.address, body) as exchange:
            exchange.send_head(*headers)
            exchange.send_body()
            assert exchange.status() == code
            exchange.body = Exchange.bytes_of(webhook(one))
            exchange.send_head(KEY)
            exchange.send_body()
            assert exchange.status() == 200
    missing = fingerprints(acknowledged) - stored(database)
    assert missing == frozenset()
    report(
        Fault(WHERE, "the same connection after 400, 401, 413 and 415", len(ERRORS), len(acknowledged), len(missing),
              "the next webhook on it gets 200")
    )  # fmt: skip


def test_a_sender_waits_for_100_continue(
    database: str, receiver: IngestProcess, report: Callable[[Fault], None]
) -> None:
    patient = alerts("Patient")
    with Exchange(receiver.address) as exchange:
        for one in patient:
            exchange.body = Exchange.bytes_of(webhook(one))
            exchange.send_head_and_wait_until_the_body_is_wanted(KEY)
            exchange.send_body()
            assert exchange.status() == 200
        exchange.send_head("Expect: 100-continue", "Authorization: Bearer wrong")
        assert exchange.status() == 401, "the body is not asked for"
    missing = fingerprints(patient) - stored(database)
    assert missing == frozenset()
    report(
        Fault(WHERE, "Expect: 100-continue", TIMES, TIMES, len(missing),
              "100, then 200; 401 without 100 where the token is wrong")
    )  # fmt: skip
