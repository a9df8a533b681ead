"""What a command prints on stdout: plain lines for a pipe, laid out for a terminal, or one JSON document.

The library that lays out is loaded only where there is a terminal.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from digest.check import Finding
from digest.dataclass_json import to_plain
from digest.delivery import Delivery, Outcome
from digest.facts import Facts
from digest.history import Entry
from digest.noise.model import Report
from digest.noise.report import NoiseFormat
from digest.noise.report import render as render_noise
from digest.options import ResultFormat
from digest.text import render_text
from store.printable import inert

if TYPE_CHECKING:
    from digest.terminal.screen import Screen

VERSION = 1
"""Version of the JSON documents; raised when a field changes its meaning or goes."""

HELP: dict[Outcome, str] = {
    "refused": (
        "Is TEAMS_WEBHOOK_URL (chart value teams.webhookUrl) the whole address of a flow that is switched on,"
        " and TEAMS_ENVELOPE (teams.envelope) what it expects?"
    ),
    "unreachable": (
        "Is TEAMS_WEBHOOK_URL (chart value teams.webhookUrl) right, and does a proxy or a network policy let it out?"
    ),
}
"""What to look at where a card did not arrive."""


def tell_history(found: Sequence[Entry], zone: ZoneInfo, form: ResultFormat) -> None:
    """Print past digests; times are told in the zone, in JSON in UTC."""
    if form is ResultFormat.JSON:
        _document(digests=to_plain(tuple(found)))
    elif screen := _screen():
        from digest.terminal.history import history_screen  # noqa: PLC0415 - loads rich

        typer.echo(history_screen(found, zone, screen))
    else:
        for entry in found:
            typer.echo(inert(_line(entry, zone)))


def tell_findings(found: Iterable[Finding], form: ResultFormat) -> int:
    """Print findings, as lines each as soon as it is known, and return the exit code of the worst."""
    screen, told = _screen(), []
    for finding in found:
        told.append(finding)
        if form is ResultFormat.TEXT:
            typer.echo(_finding(finding, screen))
    worst = max((one.exit_code for one in told), default=0)
    if form is ResultFormat.JSON:
        _document(findings=to_plain(tuple(told)), exit_code=worst)
    return worst


def tell_steps(steps: Iterable[str], form: ResultFormat) -> None:
    """Print steps that went well, as lines each as soon as it is done."""
    screen, told = _screen(), []
    for step in steps:
        told.append(step)
        if form is ResultFormat.TEXT:
            typer.echo(_step(step, screen))
    if form is ResultFormat.JSON:
        _document(steps=told)


def tell_delivery(delivery: Delivery, form: ResultFormat) -> None:
    """Print how posting went."""
    if form is ResultFormat.JSON:
        _document(**to_plain(delivery))
    else:
        typer.echo(inert(f"{delivery.outcome}: {delivery.detail}"))


def tell_deleted(rows: Mapping[str, int], form: ResultFormat) -> None:
    """Print how many rows of each table went."""
    if form is ResultFormat.JSON:
        _document(deleted=dict(rows))
    else:
        typer.echo("\n".join(f"{table}: {count} rows deleted" for table, count in rows.items()))


def night_text(facts: Facts, *, to_file: bool) -> str:
    """Return a digest as text, for the terminal where one reads it."""
    screen = None if to_file else _screen()
    if screen is None:
        return render_text(facts)
    from digest.terminal.night import night_screen  # noqa: PLC0415 - loads rich

    return night_screen(facts, screen)


def noise_text(report: Report, form: NoiseFormat, *, to_file: bool) -> str:
    """Return the noise report in a form, for the terminal where one reads it."""
    screen = None if to_file or form is not NoiseFormat.TEXT else _screen()
    if screen is None:
        return render_noise(report, form)
    from digest.terminal.noise import noise_screen  # noqa: PLC0415 - loads rich

    return noise_screen(report, screen)


def _screen() -> "Screen | None":
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    from digest.terminal.screen import screen_of  # noqa: PLC0415 - loads rich

    return screen_of(sys.stdout, os.environ)


def _document(**fields: object) -> None:
    typer.echo(inert(json.dumps({"version": VERSION} | fields, ensure_ascii=False, indent=2, default=str)))


def _line(entry: Entry, zone: ZoneInfo) -> str:
    span = f"{entry.period_start.astimezone(zone):%Y-%m-%d %H:%M} - {entry.period_end.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{entry.id}  {span}  {entry.kind:<9}  {entry.state:<7}  {entry.delivery_detail}".rstrip()


def _finding(finding: Finding, screen: "Screen | None") -> str:
    if screen is None:
        return inert(f"{'FAIL' if finding.exit_code else 'ok':<5}{finding.name}: {finding.detail}")
    from digest.terminal.steps import finding_screen  # noqa: PLC0415 - loads rich

    return finding_screen(finding.name, finding.detail, screen, well=not finding.exit_code)


def _step(step: str, screen: "Screen | None") -> str:
    if screen is None:
        return inert(f"{'ok':<5}{step}")
    from digest.terminal.steps import step_screen  # noqa: PLC0415 - loads rich

    return step_screen(step, screen)
