"""What the programs log is told in the table of messages, and what is told there is logged."""

import io
import json
from datetime import UTC, datetime

import pytest

from store.log import json_log
from tools.log_calls import PROGRAMS, common_fields, logged
from tools.logs_table import MEANINGS, OF_EVERY_LINE, OF_LIBRARIES, OF_SOME_LINES


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_message_of_the_code_has_a_meaning_and_every_meaning_a_message(program: str) -> None:
    assert {one.message for one in logged(program)} == set(MEANINGS[program])


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    used = {field for program in PROGRAMS for one in logged(program) for field in one.fields}
    used |= {field for fields in common_fields().values() for field in fields}
    assert used - set(OF_LIBRARIES) == set(OF_SOME_LINES)


def test_every_line_has_the_fields_that_are_told() -> None:
    stream = io.StringIO()
    json_log(stream, lambda: datetime(2026, 7, 1, tzinfo=UTC), "info")("info", "one")
    assert list(json.loads(stream.getvalue())) == list(OF_EVERY_LINE)


def test_the_reader_of_the_source_knows_conditions_arguments_and_objects_of_fields() -> None:
    of_digest = {one.message: one for one in logged("digest")}
    assert of_digest["Digest …: …"].levels == {"info", "error"}
    assert of_digest["The model's part is done."].fields == {"digest_id", "model", "seconds", "rejected"}
    assert "Without model text: …." in of_digest
    assert "the last minutes could not be told: …" in {one.message for one in logged("ingest")}
