"""Hostile bodies do not cost the pod its memory."""

import subprocess
import sys

import pytest

MEASURE = """
import resource
from datetime import UTC, datetime
from ingest.payload import TooManyAlertsError, parse
body = b'{"alerts":[' + b"{}," * 999_999 + b"{}]}"
try:
    parse(body, datetime.now(UTC), 20_000)
except TooManyAlertsError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in KiB on Linux only")
def test_a_million_empty_alerts_are_refused_within_256_mb() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], check=True, capture_output=True, text=True)
    assert 0 < int(done.stdout) < 256
