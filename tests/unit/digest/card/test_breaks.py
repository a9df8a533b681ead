"""Signs and dots stay with their words, and what is written from right to left keeps to itself."""

import pytest

from digest.card.breaks import bound, isolated, isolated_names

DISK, MAIL = "דיסק מלא", "المدخل"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("🔴 Disk – node-1", "🔴_Disk – node-1"),
        ("⚠ No digest was made.", "⚠_No digest was made."),
        ("critical · since 02:00 · shop", "critical_· since 02:00_· shop"),
        ("v1.2.3 → v1.2.4", "v1.2.3_→ v1.2.4"),
        ("open its runbook; ✎ look at the rollout", "open its runbook; ✎_look at the rollout"),
    ],
)
def test_a_line_ends_neither_behind_a_sign_nor_before_a_dot(words: str, told: str) -> None:
    assert bound(words) == told.replace("_", "\u00a0")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Disk – node-1", "Disk – node-1"),
        (f"🔴 {DISK} · {MAIL}  ", f"🔴 <{DISK}> · <{MAIL}>  "),
        (
            f"2 groups began together at 22:43 ({DISK}, {MAIL})",
            f"2 groups began together at 22:43 (<{DISK}>, <{MAIL}>)",
        ),
        (f"{DISK}-7 of {MAIL} since 3", f"<{DISK}-7 of {MAIL}> since 3"),
        (f"1 alert of {DISK} arrived", f"1 alert of <{DISK}> arrived"),
    ],
)
def test_each_name_from_right_to_left_is_isolated_and_our_words_and_numbers_are_not(words: str, told: str) -> None:
    assert isolated_names(words) == told.replace("<", "\u2068").replace(">", "\u2069")


def test_a_word_that_is_longer_than_a_window_may_break() -> None:
    assert bound(f"{'w' * 150} {'v' * 70}") == f"{'w' * 70}\u200b{'w' * 70}\u200b{'w' * 10} {'v' * 70}"


def test_a_long_word_breaks_between_what_is_read_as_one_sign() -> None:
    accented = "e\u0301"
    assert bound(f"a{accented * 36}") == f"a{accented * 34}\u200b{accented * 2}", "70 signs end within the 35th"
    assert bound("\u0301" * 71) == f"{chr(0x301) * 70}\u200b{chr(0x301)}", "there is no better place"


def test_a_text_of_others_is_isolated_as_a_whole() -> None:
    assert isolated(f"91% {DISK}, sda1") == f"\u206891% {DISK}, sda1\u2069"
    assert isolated("91% of sda1") == "91% of sda1"
