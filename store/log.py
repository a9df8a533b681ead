"""Log lines as JSON, one each, for a collector; they go to stderr, since stdout is for what a command prints."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TextIO

from store.printable import inert

LEVELS = ("debug", "info", "warning", "error")


class Log(Protocol):
    """Tell what happens, with fields such as ``digest_id``."""

    def __call__(self, level: str, message: str, **fields: object) -> None:
        """Write one line, unless the level is below the one that is wanted."""


def json_log(stream: TextIO, clock: Callable[[], datetime], threshold: str, **common: object) -> Log:
    """Return a log that writes to ``stream`` from the level ``threshold`` on; ``common`` stands in each line."""

    def write(level: str, message: str, **fields: object) -> None:
        if LEVELS.index(level) < LEVELS.index(threshold):
            return
        moment = clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"timestamp": moment, "level": level, "message": message} | common | fields
        stream.write(inert(json.dumps(line, ensure_ascii=False, default=str)) + "\n")
        stream.flush()

    return write


def take_over_logging(log: Log) -> None:
    """Send what libraries log to ``log``, from warnings on, so that every line of the process has one form."""
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward(log)], force=True)


class _Forward(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning"
        fields = {"logger": record.name}
        if record.exc_info:
            fields["exception"] = logging.Formatter().formatException(record.exc_info)
        self._log(level, record.getMessage(), **fields)
