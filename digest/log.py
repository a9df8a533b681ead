"""Log lines as JSON, one each, for a collector; they go to stderr, since stdout is for what a command prints."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TextIO

_LEVELS = ("debug", "info", "warning", "error")


class Log(Protocol):
    """Tell what happens, with fields such as ``digest_id``."""

    def __call__(self, level: str, message: str, **fields: object) -> None:
        """Write one line, unless the level is below the one that is wanted."""


def json_log(stream: TextIO, clock: Callable[[], datetime], threshold: str, trace_id: str) -> Log:
    """Return a log that writes to ``stream`` from the level ``threshold`` on; ``trace_id`` names the run."""

    def write(level: str, message: str, **fields: object) -> None:
        if _LEVELS.index(level) < _LEVELS.index(threshold):
            return
        head = {"timestamp": clock().isoformat(), "level": level, "message": message, "component": "digest"}
        line = head | {"trace_id": trace_id} | fields
        stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        stream.flush()

    return write
