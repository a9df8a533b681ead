"""The options of the command line: what each is called, the variable that says the same, and the examples of --help."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from digest.confirm.settings import ALERTMANAGER_URL, PROMETHEUS_URL
from digest.job import DIGEST_FROM, DIGEST_KIND, DIGEST_TO
from digest.model.settings import DIGEST_LLM
from digest.noise.report import NoiseFormat
from digest.printing import Format


class ResultFormat(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    """Lines, which a terminal shows laid out and in colour."""
    JSON = "json"
    """One document, and nothing else on stdout."""


OPTIONS = {
    DIGEST_KIND.name: "--kind",
    DIGEST_FROM.name: "--from",
    DIGEST_TO.name: "--to",
    PROMETHEUS_URL.name: "--prometheus-url",
    ALERTMANAGER_URL.name: "--alertmanager-url",
    DIGEST_LLM.name: "--no-llm",
}
"""Settings that an option gives as well: a message names what was given."""

FormatOption = Annotated[Format, typer.Option("--format", envvar="DIGEST_FORMAT", help="What to print.")]
ResultOption = Annotated[
    ResultFormat, typer.Option("--format", help="Lines for people, or one JSON document.")
]  # no variable: that of a CronJob, meant for `preview` or `noise`, would have a Job of it for `check` refused
NoiseOption = Annotated[NoiseFormat, typer.Option("--format", envvar="DIGEST_FORMAT", help="What to print.")]
WeeksOption = Annotated[
    int, typer.Option("--weeks", envvar="NOISE_WEEKS", min=1, max=104, help="How far back to look.")
]
LimitOption = Annotated[
    int, typer.Option("--limit", envvar="DIGEST_LIMIT", min=1, max=1000, help="How many to list, the newest.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", envvar="DIGEST_OUTPUT", help="Write to this file, not to stdout.")
]
FromOption = Annotated[
    str,
    typer.Option("--from", help="Start, as 2026-11-23T18:00 in CAPTURE_WINDOW_TIMEZONE.  [env var: DIGEST_FROM]"),
]
ToOption = Annotated[str, typer.Option("--to", help="End, in the same form; now if not given.  [env var: DIGEST_TO]")]
KindOption = Annotated[
    str, typer.Option("--kind", help="auto, scheduled or adhoc; auto asks the Job.  [env var: DIGEST_KIND]")
]
NoModelOption = Annotated[bool, typer.Option("--no-llm", help="Ask no language model.  [env var: DIGEST_LLM=false]")]
PrometheusOption = Annotated[
    str, typer.Option("--prometheus-url", help="Where Prometheus answers.  [env var: PROMETHEUS_URL]")
]
AlertmanagerOption = Annotated[
    str, typer.Option("--alertmanager-url", help="Where Alertmanager answers.  [env var: ALERTMANAGER_URL]")
]
IdArgument = Annotated[str, typer.Argument(envvar="DIGEST_ID", help="The id as `history` prints it, or how it begins.")]
WaitOption = Annotated[
    int, typer.Option("--wait", min=0, help="Seconds to wait for an Ollama that does not answer yet.")
]

ENDING = """\b
Settings are environment variables; an option goes before its variable.
Exit codes: 0 done; 1 unexpected; 2 wrong usage; 3 settings that cannot work;
4 something needed does not answer; 5 the card was refused.

\b
Examples:
  alertgest-digest check
  alertgest-digest preview
  alertgest-digest history --limit 5
  alertgest-digest --install-completion
"""


def examples(*lines: str) -> str:
    """Return a block of commands for the end of a command's help, each without the program's name."""
    return "\n".join(["\b", "Examples:", *(f"  alertgest-digest {line}" for line in lines)])


def as_given(text: str, given: Mapping[str, str]) -> str:
    """Return a message that names the options where they were given, and not their variables."""
    for variable, option in OPTIONS.items():
        if given.get(variable):
            text = re.sub(rf"\b{variable}\b", option, text)
    return text
