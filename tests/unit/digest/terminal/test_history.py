"""Past digests on a terminal: a table with room for what is in it, else blocks."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from digest.history import Entry
from digest.terminal.history import history_screen, short_ids
from digest.terminal.screen import Screen

BERLIN = ZoneInfo("Europe/Berlin")
SENT = Entry(
    UUID("927dfbf3-1fd3-4482-8989-c9ef827948d8"),
    "scheduled",
    "sent",
    datetime(2026, 11, 25, 17, tzinfo=UTC),
    datetime(2026, 11, 26, 7, tzinfo=UTC),
    1,
    possible_repeat=False,
    sent_at=datetime(2026, 11, 26, 7, tzinfo=UTC),
    delivery_detail="accepted with 202.",
)
FAILED = replace(
    SENT, id=UUID("374d8497-cddd-4968-baad-158425fdba2a"), kind="adhoc", state="failed",
    delivery_detail="First workflow: answered 400. [bold]Second[/bold] workflow: no answer (ConnectTimeout) (3 tries).",
)  # fmt: skip


def told(columns: int, *entries: Entry, colour: bool = False) -> list[str]:
    return history_screen(entries, BERLIN, Screen(columns, colour)).splitlines()


def test_a_wide_terminal_has_whole_ids() -> None:
    head, _, row = told(120, SENT)
    assert head.split() == ["digest", "period", "kind", "state", "delivery"]
    assert row == (
        "927dfbf3-1fd3-4482-8989-c9ef827948d8  2026-11-25 18:00 – 11-26 08:00  scheduled  sent   accepted with 202."
    )


def test_at_eighty_columns_ids_are_as_long_as_show_needs_and_details_wrap() -> None:
    assert told(80, SENT, FAILED)[2:] == [
        "927dfbf3  2026-11-25 18:00 – 11-26 08:00  scheduled  sent    accepted with 202.",
        "374d8497  2026-11-25 18:00 – 11-26 08:00  adhoc      failed  First workflow:",
        "                                                             answered 400.",
        "                                                             [bold]Second[/bold]",
        "                                                             workflow: no answer",
        "                                                             (ConnectTimeout) (3",
        "                                                             tries).",
    ]


def test_a_narrow_terminal_has_a_block_for_each() -> None:
    assert told(40, SENT, FAILED) == [
        "927dfbf3  scheduled  sent",
        "  2026-11-25 18:00 – 11-26 08:00",
        "  accepted with 202.",
        "374d8497  adhoc  failed",
        "  2026-11-25 18:00 – 11-26 08:00",
        "  First workflow: answered 400.",
        "  [bold]Second[/bold] workflow: no",
        "  answer (ConnectTimeout) (3 tries).",
    ]


@pytest.mark.parametrize("columns", [20, 40, 60, 71, 72, 80, 109, 110, 120, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    assert max(map(cell_len, told(columns, SENT, FAILED))) <= columns


def test_ids_that_begin_alike_are_as_long_as_it_takes() -> None:
    other = replace(SENT, id=UUID("927dfbf3-1fd4-4482-8989-c9ef827948d8"))
    assert short_ids([SENT, FAILED]) == ["927dfbf3", "374d8497"]
    assert short_ids([SENT, other]) == ["927dfbf3-1fd3", "927dfbf3-1fd4"]


def test_what_failed_is_red_and_what_was_sent_green() -> None:
    shown = "\n".join(told(80, SENT, FAILED, colour=True))
    assert "\x1b[32msent" in shown
    assert "\x1b[1;31mfailed" in shown


def test_an_empty_history_says_so() -> None:
    assert told(80) == ["No digest is kept yet."]
