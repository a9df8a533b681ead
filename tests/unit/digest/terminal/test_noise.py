"""The noise report on a terminal: columns where there is room for them, sentences where there is not."""

from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from digest.noise.model import Proposal, Report, Rule, RuleVerdict
from digest.terminal.noise import noise_screen
from digest.terminal.screen import Screen
from tests.noise_factory import judged

LONG = Rule("default", "eu-1", "[bold]AnAlertWhoseNameIsLongerThanTheColumnOfTheTable", "warning")
SENSITIVE = judged("too_sensitive", Proposal("for", 41, 7, 600), firings=41, cleared_soon=30, silenced_share=0.25)


def told(columns: int, *rules: RuleVerdict, colour: bool = False) -> list[str]:
    since, until = datetime(2026, 10, 26, 7, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)
    report = Report(since, until, "Europe/Berlin", rules, ("Something limits it.",))
    return noise_screen(report, Screen(columns, colour)).splitlines()


def test_a_wide_terminal_has_the_table_with_what_helps_under_each_rule() -> None:
    assert told(110, SENSITIVE, judged("too_few", firings=3)) == [
        "Noise, Mon 26 Oct 2026 08:00 – Mon 23 Nov 2026 08:00 Europe/Berlin",
        "2 rules, 44 firings; worst first",
        "! Something limits it.",
        "",
        "rule                         severity firings  median ≤5 min days silenced from 0 to 23 h",
        "DiskSlow                     warning       41      1h    73%    5      25% █·······················",
        "  too sensitive: “for” 10 min longer removes 34 of 41 (83 %)",
        "",
        "1 rule with fewer than 5 firings (3 in all): nothing is claimed.",
    ]


def test_a_narrow_terminal_has_a_block_for_each_rule() -> None:
    assert told(40, SENSITIVE)[4:] == [
        "",
        "DiskSlow  warning",
        "  41 firings on 5 days, median 1h, 73%",
        "  cleared within 5 min, 25% silenced",
        "  0 to 23 h █·······················",
        "  too sensitive: “for” 10 min longer",
        "  removes 34 of 41 (83 %)",
    ]


def test_the_table_gives_long_names_the_room_that_there_is() -> None:
    name = LONG.alertname
    assert told(140, judged("actionable", rule=LONG))[5].startswith(f"{name} warning ")
    assert [line[:28].rstrip() for line in told(100, judged("actionable", rule=LONG))[5:7]] == [name[:28], name[28:]]


@pytest.mark.parametrize("columns", [40, 60, 80, 99, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal_and_no_name_is_cut(columns: int) -> None:
    lines = told(columns, judged("actionable", rule=LONG), SENSITIVE)
    assert max(map(cell_len, lines)) <= columns
    assert "…" not in "".join(lines)


def test_the_verdict_is_in_colour() -> None:
    assert any("\x1b[33mtoo sensitive: \x1b[0m" in line for line in told(80, SENSITIVE, colour=True))
