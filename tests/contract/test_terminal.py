"""The program at a real terminal, and away from one: colour, width, what a pipe gets, and one JSON document."""

import fcntl
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from rich.cells import cell_len

from store.connect import connect
from tests.receiver import Answer
from tests.shell import PROGRAM, ROOT, Shell

MARKUP = "[bold red]Disk[/bold red][link=https://evil.example]"
TERMINAL = {"TERM": "xterm-256color"}


@pytest.fixture
def night(shell: Shell) -> Shell:
    """Return a shell whose night had an alert with a hostile name and has been told."""
    with connect(shell.url) as conn:
        conn.execute(
            "INSERT INTO alerts (fingerprint, alertname, severity, status, labels, annotations, starts_at,"
            " received_at, last_received_at, last_firing_at) SELECT 'f1', %s, 'critical', 'firing', '{}', '{}', at,"
            " at, at, now() FROM (SELECT now() - interval '3 days 20 hours') t (at)",
            (f"{MARKUP}\x1b[31m",),
        )
    assert shell("run", DIGEST_CATCH_UP="1").returncode == 0
    return shell


def at_terminal(shell: Shell, columns: int, *arguments: str, **more: str) -> str:
    """Return what a person sees at a terminal of so many columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environ = shell.environ | TERMINAL | more
    with subprocess.Popen((*PROGRAM, *arguments), cwd=ROOT, env=environ, stdout=slave, stderr=slave) as process:
        os.close(slave)
        seen = b"".join(read(master))
    os.close(master)
    assert process.returncode == 0, seen
    return seen.decode().replace("\r\n", "\n")


def read(master: int) -> Iterator[bytes]:
    with suppress(OSError):  # Linux ends a terminal that nobody writes to any more with EIO
        while some := os.read(master, 65536):
            yield some


def plain(seen: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", seen)


COMMANDS = [("history",), ("check",), ("preview",), ("show", "ID"), ("noise",)]


@pytest.mark.parametrize("command", COMMANDS, ids=[command[0] for command in COMMANDS])
def test_at_a_terminal_there_is_colour_within_the_width_unless_it_is_not_wanted(
    night: Shell, command: tuple[str, ...]
) -> None:
    digest_id = night("history").stdout[:8]
    arguments = [digest_id if one == "ID" else one for one in command]
    seen = at_terminal(night, 80, *arguments)
    assert "\x1b[" in seen
    assert max(map(cell_len, plain(seen).splitlines())) <= 80
    assert at_terminal(night, 80, *arguments, NO_COLOR="1") == plain(seen)
    narrow = at_terminal(night, 132, *arguments, TERM="dumb", COLUMNS="40")
    assert "\x1b" not in narrow
    assert max(map(cell_len, narrow.splitlines())) <= 40


def test_the_name_of_an_alert_is_seen_as_it_is_and_obeyed_by_nobody(night: Shell) -> None:
    seen = at_terminal(night, 110, "preview")
    assert MARKUP in plain(seen)
    assert "\x1b]8" not in seen
    assert "evil.example\x1b[31m" not in seen


def test_a_pipe_gets_plain_lines_of_any_length(night: Shell) -> None:
    forced = {"COLUMNS": "40", "FORCE_COLOR": "1", **TERMINAL}
    for command in (("check",), ("history",), ("preview",)):
        assert night(*command, **forced).stdout == night(*command).stdout
    (line,) = night("history", **forced).stdout.splitlines()
    assert re.fullmatch(r"\S{36}  \S+ \S+ - \S+ \S+  scheduled  sent     accepted with 202\.", line)
    assert "\x1b" not in night("preview", **forced).stdout


def test_a_terminal_that_lacks_a_sign_gets_its_number_and_every_line(night: Shell) -> None:
    environ = night.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run((*PROGRAM, "preview"), cwd=ROOT, env=environ, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "  \\U0001f534 critical " in done.stdout.decode("latin-1")


def test_an_error_of_a_source_names_the_option_that_was_given(shell: Shell) -> None:
    done = shell("preview", "--prometheus-url", "http://127.0.0.1:9", DATABASE_URL="")
    assert done.stderr == "Prometheus at 127.0.0.1:9 does not answer (ConnectionError; --prometheus-url).\n"
    assert (done.returncode, done.stdout) == (4, "")


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON document that is all of stdout."""
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_the_history_is_one_document(night: Shell) -> None:
    told = document(night("history", "--format", "json"))
    (one,) = told.pop("digests")
    assert told == {"version": 1}
    assert night("history").stdout.startswith(one["id"])
    assert {name: one[name] for name in ("kind", "state", "attempt", "possible_repeat", "delivery_detail")} == {
        "kind": "scheduled",
        "state": "sent",
        "attempt": 1,
        "possible_repeat": False,
        "delivery_detail": "accepted with 202.",
    }
    start, end, sent = (datetime.fromisoformat(one[name]) for name in ("period_start", "period_end", "sent_at"))
    assert (end - start).total_seconds() == 14 * 3600
    assert sent > end


def test_a_digest_as_json_is_its_facts(night: Shell) -> None:
    digest_id = night("history").stdout[:8]
    assert night("show", digest_id, "--format", "json").stdout == night("show", digest_id, "--format", "facts").stdout
    assert document(night("preview", DIGEST_FORMAT="json"))["groups"]
    assert document(night("noise", "--format", "json"))["version"] == 1


def test_findings_are_one_document_and_the_exit_code_is_the_worst(night: Shell) -> None:
    done = night("check", "--format", "json", TEAMS_WEBHOOK_URL="")
    told = document(done)
    assert told["exit_code"] == done.returncode == 3
    assert {
        "name": "teams",
        "detail": "TEAMS_WEBHOOK_URL is not set (chart value teams.webhookUrl)",
        "exit_code": 3,
    } in told["findings"]
    assert len(told["findings"]) == 9


def test_deliveries_and_deletions_are_one_document(night: Shell) -> None:
    sent = {"version": 1, "outcome": "sent", "detail": "accepted with 202.", "message_id": "", "uncertain": False}
    assert document(night("send-test", "--format", "json")) == sent
    assert document(night("resend", night("history").stdout[:8], "--format", "json")) == sent
    assert set(document(night("prune", "--format", "json"))["deleted"].values()) == {0}
    night.teams.answers = [Answer(400)]
    refused = night("send-test", "--format", "json")
    assert (refused.returncode, document(refused)["outcome"]) == (5, "refused")
    assert refused.stderr.startswith("Is TEAMS_WEBHOOK_URL (chart value teams.webhookUrl)")


@pytest.mark.parametrize("form", ["html", "csv"])
def test_a_form_that_a_cronjob_sets_for_another_command_spoils_none(night: Shell, form: str) -> None:
    assert night("history", DIGEST_FORMAT=form).returncode == 0


def test_findings_are_judged_where_nobody_reads_them(night: Shell) -> None:
    command = shlex.join((*PROGRAM, "check"))
    done = subprocess.run(
        ("sh", "-c", f"{command} >&-"),
        cwd=ROOT,
        env=night.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (night("check").returncode, False)


def test_where_nothing_comes_of_it_stdout_is_empty(shell: Shell) -> None:
    for command in ("history", "prune", "test-capture"):
        done = shell(command, "--format", "json", DATABASE_URL="postgresql://127.0.0.1:9/a")
        assert (done.returncode, done.stdout) == (4, ""), command


def test_a_digest_is_shown_by_how_its_id_begins(night: Shell) -> None:
    whole = night("history").stdout.split()[0]
    assert night("show", whole[:4]).stdout == night("show", whole.upper()).stdout
    with connect(night.url) as conn:
        conn.execute(
            "INSERT INTO digests (id, kind, state, period_start, period_end, run_id, lease_until)"
            " SELECT overlay(id::text placing '0000' from 33)::uuid, 'adhoc', 'claimed', period_start, period_end,"
            " gen_random_uuid(), now() FROM digests"
        )
    for wanted, told in (
        (whole[:8], f"More than one digest has an id that begins with {whole[:8]}; give more of it.\n"),
        ("00000000-", "There is no digest whose id begins with 00000000-; `history` lists them.\n"),
        (whole[:3], f"{whole[:3]} is not the id of a digest, nor four characters of one; `history` lists them.\n"),
    ):
        done = night("show", wanted)
        assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("--from", "x"),
            "--from must be a time such as 2026-11-24T18:00, not 'x'; for example --from 2026-11-24T18:00",
        ),
        (("--to", "2026-11-24T18:00"), "--to needs --from, the start of the period"),
        (("--from", "2026-11-24T18:00", "--to", "2026-11-24T17:00"), "--from must be before --to"),
        (("--from", "2096-11-24T18:00"), "--from is in the future; it must be before now"),
    ],
)
def test_an_error_names_the_option_that_was_given(shell: Shell, arguments: tuple[str, ...], told: str) -> None:
    done = shell("preview", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", f"{told}\n")
