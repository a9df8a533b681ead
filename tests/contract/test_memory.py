"""Hostile bodies do not cost the pod its memory."""

import subprocess
import sys

import pytest

MEASURE = """
import re
from datetime import UTC, datetime
from ingest.payload import TooManyAlertsError, parse
body = {body}
try:
    parse(body, datetime.now(UTC), 20_000)
except TooManyAlertsError:
    # The peak of this program alone: the one of getrusage begins with that of the process which started it.
    print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize(
    "body",
    [
        """b'{"alerts":[' + b"{}," * 999_999 + b"{}]}" """,
        """b"[" + b"1," * 16_000_000 + b"1]" """,
        """b'{"alerts":[' + b"[]," * 10_000_000 + b"[]]}" """,
        """b'{"alerts":[{"labels":{' + b'"a":1,' * 5_000_000 + b'"a":1}}]}' """,
    ],
    ids=["empty alerts", "numbers", "empty lists", "labels"],
)
def test_millions_of_values_are_refused_within_256_mb(body: str) -> None:
    program = MEASURE.replace("{body}", body)
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert 0 < int(done.stdout) < 256
