"""Completion for bash, zsh and fish; help that comes without what only results need."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import program
from tests.shell import PROGRAM, ROOT

ENVIRON = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def told(**more: str) -> str:
    done = subprocess.run(
        PROGRAM, cwd=ROOT, env=ENVIRON | more, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o default -F _alertgest_digest_completion alertgest-digest"),
        ("zsh", "compdef _alertgest_digest_completion alertgest-digest"),
        ("fish", "complete --command alertgest-digest"),
    ],
)
def test_each_shell_gets_its_script(shell: str, line: str) -> None:
    assert line in told(_ALERTGEST_DIGEST_COMPLETE=f"source_{shell}")


@pytest.mark.parametrize(
    ("words", "completed"), [("pre", "preview"), ("show --format js", "json"), ("preview --prom", "--prometheus-url")]
)
def test_commands_options_and_choices_are_completed(words: str, completed: str) -> None:
    line = f"alertgest-digest {words}"
    bash = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    assert told(_ALERTGEST_DIGEST_COMPLETE="complete_bash", **bash).split() == [completed]
    assert completed in told(_ALERTGEST_DIGEST_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=line)
    fish = {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert completed in told(_ALERTGEST_DIGEST_COMPLETE="complete_fish", **fish)


def test_a_real_bash_completes(tmp_path: Path) -> None:
    file = tmp_path / "alertgest-digest"
    file.write_text(f"#!/bin/sh\ncd {ROOT} && exec {sys.executable} -c 'from digest.cli import main; main()' \"$@\"\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    script = (
        'eval "$(_ALERTGEST_DIGEST_COMPLETE=source_bash alertgest-digest)"\n'
        "COMP_WORDS=(alertgest-digest his); COMP_CWORD=1\n"
        "_alertgest_digest_completion alertgest-digest\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    environ = ENVIRON | {"PATH": f"{tmp_path}:{ENVIRON['PATH']}"}
    command = [program("bash"), "--norc", "-c", script]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("history\n", "")


def test_help_loads_neither_what_lays_out_nor_the_client_of_kubernetes() -> None:
    code = (
        "import sys, runpy\n"
        "from digest.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print(sorted({'rich', 'kubernetes'} & set(sys.modules)))"
    )
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, env=ENVIRON, capture_output=True, text=True, check=True, timeout=60
    )
    assert "--install-completion" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"
