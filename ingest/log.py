"""Log lines as JSON, one each, on stderr, with the fields that the documentation names."""

import json
import logging
import sys
from datetime import UTC, datetime

_FIELDS = ("component", "trace_id", "alert_count", "window_id", "digest_id", "status")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; what was passed as ``extra`` under a known name becomes a field."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"timestamp": moment, "level": record.levelname.lower(), "message": record.getMessage()}
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send everything from ``level`` on to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
