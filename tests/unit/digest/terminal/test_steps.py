"""Findings and steps on a terminal: what is well, and what is not with its detail."""

import pytest

from digest.terminal.screen import Screen
from digest.terminal.steps import finding_screen, step_screen

DETAIL = "TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)"


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (100, ["FAIL teams           TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)"]),
        (
            60,
            [
                "FAIL teams           TEAMS_WEBHOOK_URL is not set (chart",
                "                     value teams.webhookUrl)",
            ],
        ),
        (40, ["FAIL teams", "     TEAMS_WEBHOOK_URL is not set (chart", "     value teams.webhookUrl)"]),
    ],
)
def test_the_detail_stands_beside_the_name_or_below_it(columns: int, lines: list[str]) -> None:
    assert finding_screen("teams", DETAIL, Screen(columns, colour=False), well=False).splitlines() == lines


def test_what_is_well_is_green_and_what_is_not_is_red() -> None:
    screen = Screen(80, colour=True)
    assert finding_screen("schema", "up to date", screen, well=True).startswith("\x1b[32mok\x1b[0m")
    assert finding_screen("schema", "is old", screen, well=False).startswith("\x1b[1;31mFAIL\x1b[0m")


def test_a_step_wraps_beside_its_mark() -> None:
    told = step_screen("posted an alert to http://alertgest-ingest:8080", Screen(40, colour=False))
    assert told == "ok   posted an alert to\n     http://alertgest-ingest:8080"
