"""The worst rules of a Monday, and the noise report as the real program prints it."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from digest.deadline import Time
from digest.facts import Period
from digest.noise.monday import noise_of_monday
from digest.wiring import new_parts
from store.connect import connect
from tests.noise_rows import NOW, fire, noisy, settings
from tests.shell import Shell


def test_a_monday_names_the_worst_three_and_other_days_none(database: str) -> None:
    with connect(database) as conn:
        noisy(conn)
        with conn.transaction():
            conn.execute("SET LOCAL statement_timeout = '7s'")
            monday = Period(NOW - timedelta(hours=14), NOW, NOW, "UTC")
            named = noise_of_monday(conn, monday, settings().alerts)
            assert noise_of_monday(conn, monday, settings().alerts) == named
            assert conn.execute("SHOW statement_timeout").fetchone() == ("7s",)
            # At 08:00 UTC it is Monday in Berlin, and still Sunday evening in Honolulu.
            sunday = Period(NOW - timedelta(hours=14), NOW, NOW, "Pacific/Honolulu")
            assert noise_of_monday(conn, sunday, settings().alerts) == ()
    assert [(one.record.rule.alertname, one.score) for one in named] == [("Worst", 10), ("Bad", 8), ("Third", 7)]


def test_a_card_goes_out_without_them_where_the_database_takes_too_long(database: str) -> None:
    told = []

    def log(level: str, message: str, **fields: object) -> None:
        told.append((level, message, fields))

    parts = new_parts(settings(), Time(lambda: NOW, lambda: 0.0, lambda _: None), log)
    monday = Period(NOW - timedelta(hours=14), NOW, NOW, "UTC")
    with connect(database) as conn, connect(database) as other:
        noisy(conn)
        with conn.transaction(), other.transaction():
            conn.execute("SET LOCAL lock_timeout = '50ms'")
            other.execute("LOCK TABLE alert_samples")
            assert parts.noise(conn, monday) == ()
            assert conn.execute("SELECT count(*) FROM alerts").fetchone() == (31,)
        assert told == [("warning", "Without the noisiest rules: the database refused (LockNotAvailable).", {})]
        with conn.transaction():
            assert len(parts.noise(conn, monday)) == 3


def test_the_program_prints_each_form(shell: Shell) -> None:
    hostile = '=cmd()"\n\x1b[31m'
    with connect(shell.url) as conn:
        noisy(conn)
        for number in range(5):
            fire(conn, hostile, 9000 - 780 * number, 60, pod="h", runbook="")  # at most two a day: no flapping
        conn.execute("UPDATE alerts SET starts_at = starts_at + d, ends_at = ends_at + d, received_at = received_at + d"
                     " FROM (SELECT now() - %s) AS shift (d)", (NOW,))  # fmt: skip
    text = shell("noise", "--weeks", "2")
    assert text.returncode == 0, text.stderr
    assert "5 rules, 36 firings; worst first" in text.stdout
    assert "too sensitive: “for” 5 min longer removes 10 of 10 (100 %)" in text.stdout
    assert "\x1b" not in text.stdout
    rows = list(csv.DictReader(StringIO(shell("noise", NOISE_WEEKS="2", DIGEST_FORMAT="csv").stdout)))
    assert [(row["alertname"], row["proposal"], row["removed"]) for row in rows] == [
        ("Worst", "for", "10"),
        ("Bad", "for", "8"),
        ("Third", "for", "7"),
        ("Fourth", "for", "6"),
        ("'=cmd()\" [31m", "add_runbook", "0"),
    ]
    told = json.loads(shell(DIGEST_COMMAND="noise --format json").stdout)
    assert [one["proposal"]["removed"] for one in told["rules"]] == [10, 8, 7, 6, 0]
    assert told["rules"][4]["record"]["rule"]["alertname"] == hostile


@pytest.mark.parametrize("arguments", [("--weeks", "0"), ("--format", "html"), ("--weeks", "four")])
def test_what_cannot_be_asked_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    assert shell("noise", *arguments).returncode == 2
