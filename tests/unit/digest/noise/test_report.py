"""The report as it is read: words, width, hostile names, and every figure in CSV and JSON."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO

import pytest

from digest.dataclass_json import from_plain
from digest.noise.model import Proposal, Report, Rule, RuleVerdict
from digest.noise.report import WIDTH, NoiseFormat, render
from digest.noise.words import noise_lines, percent, proposal_words
from digest.wording import Line
from tests.noise_factory import judged

OTHER = Rule("default", "eu-1", "DiskBusy", "critical")
LONGER = judged("too_sensitive", Proposal("for", 41, 7, 600, later=3), firings=41, cleared_soon=30)
HOSTILE = Rule("=HYPERLINK(1)", "\u202egnp", "=cmd|' /C calc'!A0\n\x1b[31m**x**" + "y" * 200, "+1")


def report(*rules: RuleVerdict, notes: tuple[str, ...] = ()) -> Report:
    return Report(
        datetime(2026, 10, 26, 7, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC), "Europe/Berlin", rules, notes
    )


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (LONGER, "“for” 10 min longer removes 34 of 41; 3 longer than 1 h would come 10 min later"),
        (judged("too_sensitive", Proposal("for", 41, 7, 60)), "“for” 1 min longer removes 34 of 41"),
        (
            judged("flapping", Proposal("keep_firing_for", 41, 12, 300)),
            "“keep_firing_for: 5m” joins 29 of 41 to the one before",
        ),
        (
            judged("duplicate", Proposal("merge", 10, 1, into=OTHER)),
            "begins with DiskBusy (critical) in 9 of 10; merge it into that",
        ),
        (
            judged("stale", Proposal("delete_or_fix", 1, 0), firing_seconds=863_999),
            "fires 99 % of the time; delete or fix it",
        ),
        (judged("no_runbook", Proposal("add_runbook", 10, 10)), "add the annotation runbook_url"),
        (
            judged("flapping"),
            "comes and goes; no “for” or “keep_firing_for” up to 30 min removes half: move its threshold",
        ),
        (judged("actionable"), "nothing speaks against it"),
        (judged("too_few", firings=1), "1 firing: nothing is claimed from fewer than 5"),
    ],
)
def test_each_proposal_is_one_short_sentence(one: RuleVerdict, words: str) -> None:
    assert proposal_words(one) == words
    assert noise_lines([one]) == (Line("DiskSlow", words),)


def test_rules_of_one_name_are_told_apart() -> None:
    both = (LONGER, judged("too_sensitive", Proposal("for", 9, 1, 60), rule=Rule("default", "", "DiskSlow", "info")))
    assert [line.name for line in noise_lines(both)] == ["DiskSlow (warning, eu-1)", "DiskSlow (info)"]


@pytest.mark.parametrize(("part", "whole", "shown"), [(0, 9, 0), (1, 900, 1), (899, 900, 99), (9, 9, 100), (0, 0, 0)])
def test_only_all_is_a_hundred_per_cent_and_only_nothing_none(part: int, whole: int, shown: int) -> None:
    assert percent(part, whole) == shown


def test_the_table_says_what_to_do_under_each_rule() -> None:
    rules = (LONGER, judged("actionable", hours=(0, 1, 2, 4, 8, *[0] * 19), silenced_share=0.25))
    few = judged("too_few", firings=3)
    text = render(report(*rules, few, notes=("Something limits it.",)), NoiseFormat.TEXT).splitlines()
    assert text == [
        "Noise, Mon 26 Oct 2026 08:00 – Mon 23 Nov 2026 08:00 Europe/Berlin",
        "3 rules, 54 firings; worst first",
        "! Something limits it.",
        "",
        "rule                         severity firings  median ≤5 min days silenced from 0 to 23 h",
        "DiskSlow                     warning       41      1h    73%    5          █·······················",
        "  too sensitive: “for” 10 min longer removes 34 of 41 (83 %); 3 longer than 1 h would come 10 min",
        "    later",
        "DiskSlow                     warning       10      1h     0%    5      25% ·▁▂▄█···················",
        "  actionable: nothing speaks against it",
        "",
        "1 rule with fewer than 5 firings (3 in all): nothing is claimed.",
    ]


def test_no_line_is_wider_than_a_hundred_characters_whatever_the_names() -> None:
    hostile = judged("duplicate", Proposal("merge", 10, 1, into=HOSTILE), rule=HOSTILE, median_seconds=10_000_000)
    text = render(report(hostile, LONGER, notes=("long words " * 20,)), NoiseFormat.TEXT)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_spreadsheet_takes_no_name_for_a_formula_and_finds_every_figure() -> None:
    hostile = judged("duplicate", Proposal("merge", 10, 1, into=HOSTILE), rule=HOSTILE)
    (one, other, plain) = csv.DictReader(
        StringIO(render(report(hostile, LONGER, judged("actionable")), NoiseFormat.CSV))
    )
    for name in ("source", "alertname", "severity", "into_alertname"):
        assert one[name].startswith(("'=", "'+"))
    assert "\n" not in one["alertname"]
    assert {
        name: other[name] for name in ("alertname", "proposal", "seconds", "before", "after", "removed", "later")
    } == {
        "alertname": "DiskSlow",
        "proposal": "for",
        "seconds": "600",
        "before": "41",
        "after": "7",
        "removed": "34",
        "later": "3",
    }
    assert (other["share"], other["firings"], other["median_seconds"], other["hour_00"], other["hour_23"]) == (
        "0.8293",
        "41",
        "3600",
        "10",
        "0",
    )
    assert (plain["proposal"], plain["seconds"], plain["silenced_share"]) == ("", "", "")


def test_json_has_everything_and_comes_back_as_it_was() -> None:
    told = report(LONGER, judged("actionable", silenced_share=0.5))
    value = json.loads(render(told, NoiseFormat.JSON))
    assert value["version"] == 1
    assert (value["rules"][0]["proposal"]["removed"], value["rules"][0]["proposal"]["share"]) == (34, 0.8293)
    assert from_plain(Report, value) == told


def test_a_report_without_rules_has_a_head_in_each_form() -> None:
    assert "0 rules, 0 firings" in render(report(), NoiseFormat.TEXT)
    assert len(render(report(), NoiseFormat.CSV).splitlines()) == 1
