"""The program as its users start it: commands, variables, exit codes, one clear line for each error."""

import json
from pathlib import Path

import pytest

from store.connect import connect
from tests.receiver import Answer, receiver
from tests.shell import Shell
from tests.sources import quiet_alertmanager, quiet_prometheus, source


def test_a_run_posts_and_records_and_can_be_shown_and_sent_again(shell: Shell) -> None:
    done = shell(DIGEST_CATCH_UP="1")
    assert done.returncode == 0, done.stderr
    assert len(shell.teams.bodies) == 1
    listed = shell("history")
    assert "scheduled  sent     accepted with 202." in listed.stdout
    digest_id = listed.stdout.split()[0]
    assert json.loads(shell("show", digest_id, "--format", "card").stdout) == shell.teams.bodies[0]
    assert json.loads(shell("show", DIGEST_ID=digest_id, DIGEST_FORMAT="facts").stdout)["kind"] == "scheduled"
    again = shell("resend", digest_id)
    assert (again.returncode, again.stdout) == (0, "sent: accepted with 202.\n")
    assert shell.teams.bodies[1] == shell.teams.bodies[0]


def test_an_alert_of_the_night_is_told_counted_and_remembered(shell: Shell) -> None:
    with connect(shell.url) as conn:
        conn.execute(
            "INSERT INTO alerts (fingerprint, alertname, severity, status, labels, annotations, starts_at, ends_at,"
            " received_at, last_received_at, last_firing_at, resolved_received_at) SELECT 'f1', 'DiskFull', 'critical',"
            " 'resolved', '{}', '{}', at, at + interval '5 minutes', at, at + interval '5 minutes', at,"
            " at + interval '5 minutes' FROM (SELECT now() - interval '3 days 20 hours') t (at)"
        )
    done = shell("run", DIGEST_CATCH_UP="9")
    assert done.returncode == 0, done.stderr
    with connect(shell.url) as conn:
        told = conn.execute("SELECT state, late FROM digest_alerts").fetchall()
        counts = conn.execute("SELECT alert_count FROM capture_windows ORDER BY window_start").fetchall()
    assert told == [("resolved", False)]
    assert [count for (count,) in counts if count] == [1]
    assert "DiskFull" in json.dumps(shell.teams.bodies[0])


def test_a_job_made_by_hand_makes_an_adhoc_digest(shell: Shell) -> None:
    assert shell("run", JOB_NAME="by-hand").returncode == 0
    assert shell("run", DIGEST_FROM="2026-07-01T18:00", DIGEST_TO="2026-07-02T08:00").returncode == 0
    lines = shell("history", DIGEST_LIMIT="5").stdout.splitlines()
    assert len(lines) == 2
    assert all("adhoc" in line for line in lines)
    assert "2026-07-01 18:00 - 2026-07-02 08:00" in lines[1]


@pytest.mark.parametrize("form", ["text", "html", "card", "facts"])
def test_a_preview_sends_and_records_nothing(shell: Shell, tmp_path: Path, form: str) -> None:
    file = tmp_path / "preview"
    done = shell(DIGEST_COMMAND=f"preview --format {form} --output {file}")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert len(file.read_text(encoding="utf-8")) > 50
    assert shell("history").stdout == ""
    assert shell.teams.bodies == []


def test_a_refused_digest_ends_with_5_and_no_secret_is_told(shell: Shell) -> None:
    shell.teams.answers = [Answer(400), Answer(400)]
    done = shell("run")
    assert done.returncode == 5
    assert "sig=secret" not in done.stdout + done.stderr
    assert json.loads(done.stderr.splitlines()[0])["message"] == "Digest refused: answered 400."


def test_a_test_card_is_posted(shell: Shell) -> None:
    done = shell("send-test")
    assert (done.returncode, done.stdout) == (0, "sent: accepted with 202.\n"), done.stderr
    assert shell.teams.bodies[0]["type"] == "AdaptiveCard"


def test_a_database_that_is_away_ends_with_4_and_one_line(shell: Shell) -> None:
    away = "postgresql://alertgest:hush@127.0.0.1:9/alertgest"
    done = shell("run", DATABASE_URL=away)
    assert done.returncode == 4
    assert done.stderr.startswith("The database at 127.0.0.1:9/alertgest does not answer (DATABASE_URL)")
    assert len(done.stderr.splitlines()) == 1
    assert "hush" not in done.stderr


def test_a_statement_that_the_database_refuses_ends_with_1_and_one_line(shell: Shell) -> None:
    with connect(shell.url) as conn:
        conn.execute("DROP TABLE ingest_quarantine")
    done = shell("run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The database refused a statement (UndefinedTable)")
    assert "Traceback" not in done.stderr


def test_a_schema_that_is_missing_ends_with_4(empty_database: str) -> None:
    with receiver() as teams:
        done = Shell(empty_database, teams)("run")
    assert done.returncode == 4
    assert "run `alertgest-ingest migrate` first" in done.stderr


def test_settings_that_cannot_work_end_with_3_all_of_them_told(shell: Shell) -> None:
    done = shell("run", DATABASE_URL="", DIGEST_CATCH_UP="0")
    assert done.returncode == 3
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["DATABASE_URL", "DIGEST_CATCH_UP"]
    assert shell("send-test", TEAMS_WEBHOOK_URL="").returncode == 3


@pytest.mark.parametrize("arguments", [("fly",), ("run", "--fly"), ("show", "no-id"), ("history", "--limit", "0")])
def test_wrong_usage_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    done = shell(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_check_asks_the_sources_that_are_set(shell: Shell) -> None:
    with source() as manager, source() as server:
        quiet_alertmanager(manager)
        quiet_prometheus(server)
        told = shell("check", ALERTMANAGER_URL=manager.url, PROMETHEUS_URL=server.url).stdout
    assert "ok   alertmanager: answers, and has 0 alerts\n" in told
    assert "ok   prometheus: answers, evaluates each 60 s; 0 alerts fired just now\n" in told
    away = shell("check", PROMETHEUS_URL="http://127.0.0.1:9")
    assert away.returncode == 4
    assert "FAIL sources: Prometheus at 127.0.0.1:9 does not answer (ConnectionError; PROMETHEUS_URL)\n" in away.stdout


def test_check_prints_one_line_for_each_dependency(shell: Shell) -> None:
    done = shell("check")
    assert done.returncode == 0
    assert [line.split(":")[0].split(maxsplit=1) for line in done.stdout.splitlines()] == [
        ["ok", "settings"],
        ["ok", "database"],
        ["ok", "schema"],
        ["ok", "window"],
        ["ok", "cluster"],
        ["ok", "sources"],
        ["ok", "model"],
        ["ok", "teams"],
        ["ok", "second workflow"],
    ]
    away = shell("check", DATABASE_URL="postgresql://127.0.0.1:9/a", TEAMS_WEBHOOK_URL="")
    assert away.returncode == 4
    assert away.stdout.count("FAIL") == 2


def test_prune_tells_what_went(shell: Shell) -> None:
    assert shell("prune").stdout.splitlines()[0] == "alerts: 0 rows deleted"
