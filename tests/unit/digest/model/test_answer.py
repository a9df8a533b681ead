"""What a model sent is read as far as it goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.answer import Said, read_answer

WHOLE = (
    '{"G01": {"then": "check_logs", "seen": "It fires."}, "L01": {"holds": "possible", "text": "Possibly one story."}}'
)
BOTH = {"G01": Said("It fires.", "check_logs"), "L01": Said("Possibly one story.", "possible")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE, BOTH),
        (f"```json\n{WHOLE}\n```", BOTH),
        (f"Here you are: {WHOLE}", BOTH),
        (WHOLE[:60], {"G01": BOTH["G01"]}),
        (WHOLE[:40], {}),
        ('{"G01": {"seen": "First. Second is cut in the mid", "then": "none"}}', {"G01": Said("First.", "none")}),
        ('{"G01": {"seen": "It fires.", "then": "delete_everything"}}', {"G01": Said("It fires.", "")}),
        ('{"G01": {"seen": 7, "then": "none"}, "G02": "text", "G03": null}', {}),
        ("", {}),
        ("[]", {}),
        ("I am sorry.", {}),
        ("{" * 5000, {}),
    ],
)
def test_answers(content: str, said: dict[str, Said]) -> None:
    assert read_answer(content) == said


@given(st.text(alphabet='{}[]":, \\GL01whyactionnone.', max_size=120))
def test_any_text_can_be_read(content: str) -> None:
    assert isinstance(read_answer(content), dict)
