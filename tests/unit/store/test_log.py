"""One line of JSON for each thing that happens, also for what libraries say."""

import io
import json
import logging
from datetime import UTC, datetime

from store.log import json_log, take_over_logging

NOW = datetime(2026, 7, 1, 22, 0, 0, 123456, tzinfo=UTC)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_time_level_message_what_is_common_and_its_own_fields() -> None:
    stream = io.StringIO()
    json_log(stream, lambda: NOW, "info", component="digest")("info", "Größe\nzwei", digest_id=7)
    assert lines(stream) == [
        {
            "timestamp": "2026-07-01T22:00:00.123Z",
            "level": "info",
            "message": "Größe\nzwei",
            "component": "digest",
            "digest_id": 7,
        }
    ]


def test_levels_below_the_threshold_are_left_out() -> None:
    stream = io.StringIO()
    log = json_log(stream, lambda: NOW, "warning")
    for level in ("debug", "info", "warning", "error"):
        log(level, level)
    assert [line["level"] for line in lines(stream)] == ["warning", "error"]


def test_what_a_library_logs_has_the_same_form() -> None:
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    try:
        take_over_logging(json_log(stream, lambda: NOW, "info"))
        logging.getLogger("uvicorn.error").info("left out")
        try:
            int("odd")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("it %s", "broke")
    finally:
        root.handlers[:], root.level = before
    (line,) = lines(stream)
    assert (line["level"], line["message"], line["logger"]) == ("error", "it broke", "uvicorn.error")
    assert "ValueError: invalid" in str(line["exception"])
