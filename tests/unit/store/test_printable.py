"""What is printed is only read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.printable import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe 漢字 🔴", "Größe 漢字 🔴"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31mred\x9b0m\x7f", "\\u001b[31mred\\u009b0m\\u007f"),
        ("\u202egpj.exe\u2028", "\\u202egpj.exe\\u2028"),
        ("lone \ud800", "lone \\ud800"),
        ("tag \U000e0041", "tag \\udb40\\udc41"),
    ],
)
def test_what_a_terminal_could_obey_is_written_out(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_json_stays_what_it_is(text: str) -> None:
    line = inert(json.dumps({"message": text}, ensure_ascii=False))
    assert json.loads(line) == json.loads(json.dumps({"message": text}))
    assert line.isprintable()
    line.encode()
