"""A digest as it is printed: which form, and where it goes."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import typer

from digest.delivery import Card
from digest.facts import Facts
from digest.facts_json import from_json, to_json
from digest.history import Kept
from digest.html import render_html
from digest.text import render_text
from store.errors import AlertgestError, SettingsError
from store.printable import inert


class Format(StrEnum):
    """How a digest is printed."""

    CARD = "card"
    TEXT = "text"
    HTML = "html"
    FACTS = "facts"
    JSON = "json"
    """The same as ``facts``, by the name that every command has for its document."""
    PROMPT = "prompt"
    """What a model was asked and what it answered."""


def conversation(prompt: str, answer: str) -> str:
    """Return what a model was asked and what it answered."""
    return inert(f"{prompt}\n\n--- answer ---\n{answer or '(none)'}")


def rendered(facts: Facts, form: Format, card: Callable[[], Card]) -> str:
    """Return the facts in a form; ``card`` makes the card where that is asked for."""
    if form is Format.TEXT:
        return render_text(facts)
    if form is Format.HTML:
        return render_html(facts)
    value = card() if form is Format.CARD else to_json(facts)
    return inert(json.dumps(value, ensure_ascii=False, indent=2))


def facts_of(digest: Kept) -> Facts:
    """Return the facts of a past digest; raises AlertgestError where this release cannot read them."""
    try:
        return from_json(digest.facts)
    except ValueError as error:
        raise AlertgestError(f"The digest {digest.id} cannot be shown: {error}.") from None


def write(text: str, output: Path | None) -> None:
    """Write a text to a file, or print it; raises SettingsError where the file cannot be written."""
    if output is None:
        typer.echo(text.rstrip("\n"))
        return
    try:
        output.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError([f"--output (DIGEST_OUTPUT): {output} cannot be written: {error.strerror}"]) from None
