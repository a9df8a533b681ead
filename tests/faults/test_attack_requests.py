"""Requests that two programs could read in two ways: one answer or none, never a request hidden in another.

Shapes: RFC 9112, sections 2.2, 5.1, 6.1, 6.3, 7.1 and 11.2; https://portswigger.net/web-security/request-smuggling.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.conftest import new_database
from tests.faults.attackers import ask, body, head
from tests.faults.limited import Limited, limited_ingest
from tests.faults.tally import Fault

TOKEN = "Authorization: Bearer s1"
HONEST, HIDDEN = body("Honest"), body("Hidden")
LENGTH = len(HONEST)
INSIDE = head(TOKEN, f"Content-Length: {len(HIDDEN)}") + HIDDEN
"""A whole request that would be kept, were it read as one."""
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (LENGTH, HONEST)
REFUSED = ((400,), True)
KEPT = ((200,), False)


def post(*headers: str, content: bytes = HONEST) -> bytes:
    """Return a request with a token, headers and a body as given."""
    return head(TOKEN, *headers) + content


def sized(length: str, content: bytes = HONEST) -> bytes:
    """Return a request with a Content-Length as given."""
    return post(f"Content-Length: {length}", content=content)


def chunked(content: bytes, *headers: str, coding: str = "Transfer-Encoding: chunked") -> bytes:
    """Return a request in chunks as given."""
    return post(*headers, coding, content=content)


WITH_LENGTH = f"Content-Length: {LENGTH}"
WHOLE = sized(str(LENGTH))
SHAPES: dict[str, tuple[bytes, tuple[tuple[int, ...], bool]]] = {
    "in order": (WHOLE, KEPT),
    "a length with a sign": (sized(f"+{LENGTH}"), REFUSED),
    "two lengths in one header": (sized(f"{LENGTH}, {LENGTH}"), REFUSED),
    "a length in Arabic digits": (WHOLE.replace(str(LENGTH).encode(), "٥".encode()), REFUSED),
    "a length in Latin-1 superscript": (sized("\xb2"), REFUSED),
    "a negative length": (sized("-5"), REFUSED),
    "a length in words": (sized("five"), REFUSED),
    "a length in hexadecimal": (sized("0x10"), REFUSED),
    "a length with an underscore": (sized("1_0"), REFUSED),
    "a length with blanks inside": (sized("1 0"), REFUSED),
    "an empty length": (sized(""), REFUSED),
    "a length of 30 digits": (sized("9" * 30), REFUSED),
    "a length of 2^64 - 1": (sized(str((1 << 64) - 1), INSIDE), ((413,), True)),
    "the same length twice": (post(WITH_LENGTH, WITH_LENGTH), REFUSED),
    "two lengths": (post(WITH_LENGTH, "Content-Length: 5"), REFUSED),
    "a length that is too small": (sized("5"), REFUSED),
    "a length that is too large": (sized(str(LENGTH + 5)), ((408,), True)),
    "a length over a hidden request": (sized(str(LENGTH + len(INSIDE)), HONEST + INSIDE), ((400,), False)),
    "chunks over a hidden request": (chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (len(INSIDE), INSIDE)), ((400,), False)),
    "length and chunks (CL.TE)": (chunked(CHUNKS + INSIDE, WITH_LENGTH), REFUSED),
    "chunks and length (TE.CL)": (post("Transfer-Encoding: chunked", "Content-Length: 4", content=CHUNKS), REFUSED),
    "length and an unknown coding": (post("Transfer-Encoding: xchunked", WITH_LENGTH), REFUSED),
    "an unknown coding": (chunked(CHUNKS, coding="Transfer-Encoding: xchunked"), REFUSED),
    "chunks that are not the last coding": (chunked(CHUNKS, coding="Transfer-Encoding: chunked, identity"), REFUSED),
    "identity, chunked": (chunked(CHUNKS, coding="Transfer-Encoding: identity, chunked"), REFUSED),
    "gzip, chunked": (chunked(CHUNKS, coding="Transfer-Encoding: gzip, chunked"), REFUSED),
    "chunked twice": (chunked(CHUNKS, "Transfer-Encoding: chunked"), REFUSED),
    "chunked and identity (TE.TE)": (chunked(CHUNKS, "Transfer-Encoding: identity"), REFUSED),
    "chunked, capitals": (chunked(CHUNKS, coding="Transfer-Encoding: CHUNKED"), KEPT),
    "chunked, after a tab": (chunked(CHUNKS, coding="Transfer-Encoding:\tchunked"), KEPT),
    "chunked, after a vertical tab": (chunked(CHUNKS, coding="Transfer-Encoding:\x0bchunked"), REFUSED),
    "chunked, in quotes": (chunked(CHUNKS, coding='Transfer-Encoding: "chunked"'), REFUSED),
    "chunked, on the next line": (chunked(CHUNKS, coding="Transfer-Encoding:\r\n chunked"), REFUSED),
    "chunked, blank before the colon": (chunked(CHUNKS, coding="Transfer-Encoding : chunked"), REFUSED),
    "chunks in HTTP/1.0": (chunked(CHUNKS).replace(b"HTTP/1.1", b"HTTP/1.0"), REFUSED),
    "a blank before the colon": (post(f"Content-Length : {LENGTH}"), REFUSED),
    "lines that end with LF": (WHOLE.replace(b"\r\n", b"\n"), REFUSED),
    "one line that ends with LF": (post("X: 1\nY: 2", WITH_LENGTH), REFUSED),
    "one line that ends with CR": (post("X: 1\rY: 2", WITH_LENGTH), REFUSED),
    "NUL in a value": (post("X: a\0b", WITH_LENGTH), REFUSED),
    "NUL in a name": (post("X\0: b", WITH_LENGTH), REFUSED),
    "a header without a name": (post(": b", WITH_LENGTH), REFUSED),
    "a header without a colon": (post("nothing", WITH_LENGTH), REFUSED),
    "a blank in the path": (WHOLE.replace(b"/alerts", b"/al erts"), REFUSED),
    "UTF-8 in the path": (WHOLE.replace(b"/alerts", "/älerts".encode()), REFUSED),
    "another method": (WHOLE.replace(b"POST", b"PROST"), REFUSED),
    "HTTP/2.0": (WHOLE.replace(b"HTTP/1.1", b"HTTP/2.0"), REFUSED),
    "HTTP/0.9, then more": (b"GET /health\r\n" + WHOLE, REFUSED),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", REFUSED),
    "a hello of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", REFUSED),
    "CONNECT": (head(TOKEN, method="CONNECT", path="evil:443") + INSIDE, REFUSED),
    "an absolute URI": (WHOLE.replace(b" /api", b" http://evil.example/api"), KEPT),
    "an absolute URI without a path": (head(method="GET", path="http://evil.example"), REFUSED),
    "a host twice": (post("Host: y", WITH_LENGTH), REFUSED),
    "a token twice": (post("Authorization: Bearer s2", WITH_LENGTH), REFUSED),
    "an upgrade with a body": (post("Connection: Upgrade", "Upgrade: h2c", WITH_LENGTH) + INSIDE, REFUSED),
    "an upgrade": (head("Connection: Upgrade", "Upgrade: h2c", method="GET", path="/health"), ((200,), True)),
    "a request after Connection: close": (post("Connection: close", WITH_LENGTH) + INSIDE, ((200,), True)),
    "a chunk of 2^64 - 1 bytes": (chunked(b"FFFFFFFFFFFFFFFF\r\n" + HONEST), ((408,), True)),
    "a chunk of 17 digits": (chunked(b"1FFFFFFFFFFFFFFFF\r\n" + HONEST), REFUSED),
    "a chunk of negative size": (chunked(b"-5\r\n" + HONEST), REFUSED),
    "a chunk with 0x": (chunked(b"0x5\r\n" + HONEST), REFUSED),
    "a chunk without a size": (chunked(b"\r\n" + HONEST), REFUSED),
    "an extension of a chunk": (chunked(b'%x;a="b"\r\n%s\r\n0;c\r\n\r\n' % (LENGTH, HONEST)), KEPT),
    "LF in an extension of a chunk": (chunked(b"%x;a\nb\r\n%s\r\n0\r\n\r\n" % (LENGTH, HONEST)), REFUSED),
    "chunks that end with LF": (chunked(b"%x\n%s\n0\n\n" % (LENGTH, HONEST)), REFUSED),
    "a chunk that is too long": (chunked(b"%x\r\n%sXX0\r\n\r\n" % (LENGTH, HONEST)), REFUSED),
    "a length after the last chunk": (chunked(CHUNKS[:-2] + b"Content-Length: 3\r\n\r\n"), REFUSED),
    "a token after the last chunk": (chunked(CHUNKS[:-2] + f"{TOKEN}\r\n\r\n".encode()), REFUSED),
    "a header after the last chunk": (chunked(CHUNKS[:-2] + b"X-Sum: 1\r\n\r\n"), KEPT),
    "a header of 64 KiB": (post("X: " + "a" * 65_536, WITH_LENGTH), ((431,), True)),
    "10,000 headers": (post(*["X: a"] * 10_000, WITH_LENGTH), ((431,), True)),
    "a path of 32 KiB": (head(TOKEN, method="GET", path="/" + "a" * 32_768), ((431,), True)),
    "a body of a GET": (head(f"Content-Length: {len(INSIDE)}", method="GET", path="/health") + INSIDE, KEPT),
    "a body of a 404": (head(f"Content-Length: {len(INSIDE)}", path="/alerts") + INSIDE, ((404,), False)),
    "a body of a 405": (head(f"Content-Length: {len(INSIDE)}", method="DELETE") + INSIDE, ((405,), False)),
    "a body of a 401": (head(f"Content-Length: {len(INSIDE)}") + INSIDE, ((401,), False)),
    "a coding twice": (post("Content-Encoding: identity", "Content-Encoding: gzip", WITH_LENGTH), REFUSED),
    **{
        f"Content-Encoding: {coding}": (post(f"Content-Encoding: {coding}", "Content-Length: 9000000"), ((415,), True))
        for coding in ("gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "gzip, identity", "identity, gzip", "aes128")
    },
}  # fmt: skip


@dataclass
class Tried:
    """How many shapes were sent, and how many of their alerts were acknowledged."""

    shapes: int = 0
    acknowledged: int = 0


@pytest.fixture(scope="module")
def url(postgres: str) -> Iterator[str]:
    with new_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def ingest(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limited]:
    log = tmp_path_factory.mktemp("ingest") / "log"
    tokens = "eu=s1,us=s2"
    with limited_ingest(url, log, AUTH_TOKENS=tokens, READ_TIMEOUT_SECONDS="1", MAX_BODY_BYTES="1000000") as running:
        yield running


@pytest.fixture(scope="module")
def tried() -> Tried:
    return Tried()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_request_is_read_in_one_way_or_refused(url: str, ingest: Limited, tried: Tried, shape: str) -> None:
    request, expected = SHAPES[shape]
    forget(url)
    heard = ask(ingest.port, request)
    assert (heard.codes, heard.closed) == expected, heard.text
    kept = stored(url)
    assert kept == (["Honest"] if heard.codes == (200,) and b"/health" not in request else [])
    tried.shapes += 1
    tried.acknowledged += len(kept)


def test_a_body_of_two_requests_comes_out_as_two_only_where_both_are_whole(url: str, ingest: Limited) -> None:
    forget(url)
    heard = ask(ingest.port, WHOLE + INSIDE)
    assert (heard.codes, heard.closed, stored(url)) == ((200, 200), False, ["Hidden", "Honest"])


def test_the_log_of_all_that_has_a_json_object_a_line_and_no_traceback(
    ingest: Limited, tried: Tried, report: Callable[[Fault], None]
) -> None:
    lines = [json.loads(line) for line in ingest.log.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if "exception" in line or line.get("status") == 500] == []
    assert {line["level"] for line in lines} <= {"info", "warning"}
    report(
        Fault("Attackers", "shapes of request smuggling, lengths that lie, unbounded heads", tried.shapes,
              tried.acknowledged, 0, "4xx and the connection closed, or one request; none hidden in another")
    )  # fmt: skip


def forget(url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("DELETE FROM alerts")


def stored(url: str) -> list[str]:
    with psycopg.connect(url) as conn:
        return [row[0] for row in conn.execute("SELECT alertname FROM alerts ORDER BY alertname")]
