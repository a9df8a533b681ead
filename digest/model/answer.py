"""From the text that a model sent to sentences and codes; what is cut off keeps its whole keys; pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digest.model.actions import ACTIONS
from digest.model.prompt import HOLDS


@dataclass(frozen=True)
class Said:
    """What a model said under one key: of a group an action, of a link whether it holds."""

    text: str
    code: str


def read_answer(content: str) -> dict[str, Said]:
    """Return what was said under each key; what is no such object is left out, never raises."""
    return {key: said for key, value in _objects(content) if (said := _said(key, value)) is not None}


def _said(key: str, value: object) -> Said | None:
    if not isinstance(value, dict):
        return None
    text, code = value.get("seen" if key.startswith("G") else "text"), value.get("then", value.get("holds"))
    if not isinstance(text, str) or not isinstance(code, str):
        return None
    known = code in (ACTIONS if key.startswith("G") else HOLDS)
    return Said(_first_sentence(" ".join(text.split())), code if known else "")


def _objects(content: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of the outermost object, also of one that is cut off or stands in a fence."""
    decoder, start = json.JSONDecoder(), content.find("{")
    position = start + 1
    while start >= 0 and position < len(content):
        quote = content.find('"', position)
        if quote < 0:
            return
        try:
            key, position = decoder.raw_decode(content, quote)
            colon = content.index(":", position)
            value, position = decoder.raw_decode(content, _no_blank(content, colon + 1))
        except (ValueError, RecursionError):
            return
        if isinstance(key, str):
            yield key, value


def _no_blank(content: str, position: int) -> int:
    while position < len(content) and content[position].isspace():
        position += 1
    return position


def _first_sentence(text: str) -> str:
    """Cut after the last whole sentence, since a length limit of the schema cuts inside a word."""
    if text.endswith("."):
        return text
    end = text.rfind(". ")
    return text[: end + 1] if end > 0 else text
