"""Write ``docs/cli.md`` from the programs' own help and the exit codes of the code; ``make docs`` runs it."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

import digest.cli
from digest.run import EXIT_CODES as OUTCOMES
from digest.settings import DIGEST_COMMAND
from store.errors import AlertgestError

FILE = Path(__file__).parents[1] / "docs" / "cli.md"
INGEST, DIGEST = "alertgest-ingest", "alertgest-digest"
MEANINGS = {
    0: "done, or nothing to do",
    1: "unexpected",
    2: "wrong usage",
    3: "the configuration cannot work; each problem is one line",
    4: "something that is needed does not answer; worth a retry",
    5: "the card was refused; `alertgest-digest show ID` prints it",
}
"""What each exit code tells whoever started the program."""
_BESIDE_THE_CODE = {
    0: "Everything else that ends well.",
    1: "An error without a code of its own, such as a statement that the database refuses; a traceback where nobody"
    " thought of it.",
    2: "Commands and options that are not there, values that they do not take.",
}
"""What ends with a code and is neither an error of ours nor the outcome of a delivery."""
_WIDTH = 100
_PLAIN = {"COLUMNS": str(_WIDTH), "TERMINAL_WIDTH": str(_WIDTH), "NO_COLOR": "1", "TERM": "dumb"}

_HEAD = f"""# The command line

Two programs. `{INGEST}` receives and `{DIGEST}` tells; both take their settings from
[environment variables](settings.md). Results go to stdout; errors and [log lines](logs.md) go to stderr.

Options of the digest can also be given as the variables that their help names: a Job needs no command line then.
Where the command line is empty, the digest does what `{DIGEST_COMMAND.name}` says (`{DIGEST_COMMAND.default}`).

At a terminal, results are laid out for its width and coloured (not with `NO_COLOR`, nor where `TERM` is `dumb`); in a
pipe they are plain lines. `--format json` gives one document instead.

`{DIGEST} --install-completion` teaches bash, zsh or fish the commands and options; `--show-completion` prints
them.
"""
_TRIED_AGAIN = """
In the chart, a Job whose program ends with 1 or 4 is tried again; after 2, 3 and 5 it fails at once, since another try
would end the same way.
`check` ends with the worst code of all that it found.
"""


@dataclass(frozen=True)
class Command:
    """One command of a program: what it is for in one sentence, and its help as the program prints it."""

    program: str
    name: str
    summary: str
    text: str

    @property
    def line(self) -> str:
        """What one types."""
        return f"{self.program} {self.name}"


def commands() -> list[Command]:
    """Return every command of both programs, in the order of their help."""
    return [*_of_ingest(), *_of_digest()]


def options_of_the_digest_itself() -> set[str]:
    """Return the options that stand before a command."""
    return {option for one in get_command(digest.cli.app).params for option in one.opts}


def exit_codes() -> dict[int, list[str]]:
    """Return every exit code that the code knows, with the errors and outcomes that have it."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for code, what in _BESIDE_THE_CODE.items():
        found[code].append(what)
    for error in _errors(AlertgestError):
        found[error.exit_code].append(f"{_sentence(error)} (`{error.__name__}`)")
    for outcome, code in OUTCOMES.items():
        found[code].append(f"A delivery that ended as `{outcome}`.")
    return dict(sorted(found.items()))


def document() -> str:
    """Return the whole page."""
    made = commands()
    parts = [_HEAD, "## Commands\n\n| command | what it does |\n| --- | --- |\n" + "".join(map(_row, made))]
    parts.append(_exit_codes())
    parts += [f"## {one.line}\n\n```text\n{one.text}\n```\n" for one in made]
    return "\n".join(parts)


def _row(command: Command) -> str:
    return f"| [`{command.line}`](#{command.line.replace(' ', '-')}) | {command.summary} |\n"


def _exit_codes() -> str:
    rows = (f"| {code} | {MEANINGS[code]} | {'<br>'.join(sources)} |\n" for code, sources in exit_codes().items())
    head = "## Exit codes\n\n| exit code | meaning | what ends with it |\n| --- | --- | --- |\n"
    return head + "".join(rows) + _TRIED_AGAIN


def _errors(base: type[AlertgestError]) -> Iterator[type[AlertgestError]]:
    for error in base.__subclasses__():
        yield error
        yield from _errors(error)


def _sentence(error: type[AlertgestError]) -> str:
    about = " ".join((error.__doc__ or "").split()).replace("``", "`")
    return f"{about.partition(';')[0].rstrip('.')}."


def _of_ingest() -> Iterator[Command]:
    summaries = dict(re.findall(r"^ {4}([a-z][\w-]*) +(.+(?:\n {10,}.+)*)", _help_of_ingest(), re.MULTILINE))
    for name, summary in summaries.items():
        told = " ".join(summary.split())
        yield Command(INGEST, name, f"{told[0].upper()}{told[1:]}.", _help_of_ingest(name))


def _help_of_ingest(*command: str) -> str:
    start = [sys.executable, "-c", "from ingest.cli import main; main()", *command, "--help"]
    done = subprocess.run(start, env=os.environ | _PLAIN, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.rstrip()


def _of_digest() -> Iterator[Command]:
    group = get_command(digest.cli.app)
    for name in getattr(group, "commands", {}):
        text = _help_of_digest(name)
        yield Command(DIGEST, name, _summary(text), text)


def _help_of_digest(command: str) -> str:
    done = CliRunner().invoke(digest.cli.app, [command, "--help"], prog_name=DIGEST, env=_PLAIN, terminal_width=_WIDTH)
    return "\n".join(line.rstrip() for line in done.output.rstrip().splitlines())


def _summary(text: str) -> str:
    """Return the paragraph of a help text that follows its usage."""
    paragraphs = re.split(r"\n\s*\n", text)
    return " ".join(paragraphs[1].split())


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
