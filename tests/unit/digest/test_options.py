"""Messages name what was given, and each example of --help is a command line that the program takes."""

import shlex

import pytest
import typer

from digest import cli
from digest.options import as_given

COMMANDS = typer.main.get_group(cli.app).commands


def test_a_message_names_the_option_that_was_given_and_the_variable_that_was_not() -> None:
    message = "DIGEST_FROM must be before DIGEST_TO; DIGEST_FROM_X stays"
    assert (
        as_given(message, {"DIGEST_FROM": "2026-11-23T18:00"}) == "--from must be before DIGEST_TO; DIGEST_FROM_X stays"
    )
    assert as_given(message, {"DIGEST_FROM": ""}) == message


def example_lines(epilog: str | None) -> list[str]:
    lines = (epilog or "").split("Examples:\n")[1].splitlines()
    return [line.strip() for line in lines]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_one_line_what_it_is_for_and_examples_that_it_takes(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    first = command.help.splitlines()[0]
    assert first.endswith(".")
    assert len(first) <= 60
    for line in example_lines(command.epilog):
        program, called, *arguments = shlex.split(line)
        assert (program, called) == ("alertgest-digest", name)
        command.make_context(called, arguments)


RESULTS = ("history", "resend", "check", "prune", "test-capture", "send-test")
"""Commands whose form no variable sets."""


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_with_a_variable_names_it(name: str) -> None:
    for option in COMMANDS[name].params:
        if option.name not in {"help", "wait"} and (option.name, name) not in {("form", one) for one in RESULTS}:
            told = " ".join(str(part) for part in option.get_help_record(typer.Context(COMMANDS[name])) or ())
            assert "env var: " in told, option.name
