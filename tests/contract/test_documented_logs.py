"""Each line that the real programs log is a documented message, with the documented level and fields."""

import json
import re
from pathlib import Path
from typing import Any

import requests

from tests.ingest_process import alert, ingest_process, webhook
from tests.shell import Shell
from tools.log_calls import OPEN, common_fields, logged
from tools.logs_table import OF_EVERY_LINE


def lines(text: str) -> list[dict[str, Any]]:
    """Return the lines of a program's own; those of its libraries name their logger."""
    return [line for line in map(json.loads, text.splitlines()) if "logger" not in line]


def undocumented(program: str, line: dict[str, Any]) -> list[str]:
    """Return what a line has that its documentation does not tell."""
    for known in logged(program):
        pattern = ".+".join(map(re.escape, known.message.split(OPEN)))
        if re.fullmatch(pattern, line["message"]) and line["level"] in known.levels:
            return [name for name in line if name not in {*OF_EVERY_LINE, *common_fields()[program], *known.fields}]
    return [line["message"]]


def test_the_receivers_lines_are_documented(database: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with ingest_process(database, log=log) as address:
        url = f"{address}/api/v1/alerts"
        assert requests.post(url, json=webhook(alert("Crash", "2026-07-01T20:00:00Z")), timeout=5).ok
        assert requests.post(url, data="no JSON", timeout=5).status_code == 400
    told = lines(log.read_text(encoding="utf-8"))
    assert [line["message"].partition(":")[0] for line in told] == ["webhook kept", "webhook refused"]
    assert [undocumented("ingest", line) for line in told] == [[], []]


def test_the_digests_lines_are_documented(shell: Shell) -> None:
    done = shell("run", PROMETHEUS_URL="http://127.0.0.1:9", DIGEST_CATCH_UP="1")
    told = lines(done.stderr)
    messages = [line["message"] for line in told]
    assert (messages[0][:10], messages[-2:]) == ("Prometheus", ["Digest sent: accepted with 202.", "Old rows deleted."])
    assert [undocumented("digest", line) for line in told] == [[] for _ in told]
    assert told[-1]["deleted"]["alerts"] == 0
