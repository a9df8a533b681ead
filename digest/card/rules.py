"""Our rules for a card that Teams shows on every device; what the official schema does not check.

Sources: Teams' card reference and the limits of its workflows (28,672 bytes of a card that is escaped into a string).
"""

import json
from collections.abc import Iterator
from typing import Any

LARGEST_COMPACT = 22_000
LARGEST_ESCAPED = 26_000
_TYPES = {
    "AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Container", "ColumnSet", "Column", "FactSet", "ActionSet",
    "Action.OpenUrl", "Action.ToggleVisibility",
}  # fmt: skip
_BOOLEANS = ("isVisible", "wrap", "separator", "bleed", "isSubtle")
_MOST_BUTTONS, _LONGEST_TITLE = 6, 20


def check_card(card: dict[str, Any]) -> list[str]:
    """Return what is wrong with a card, nothing where it is right."""
    nodes = list(_nodes(card))
    ids = [node["id"] for node in nodes if "id" in node]
    targets = {target["elementId"] for node in nodes for target in node.get("targetElements", [])}
    problems = [problem for node in nodes for problem in _node(node)]
    if card.get("version") != "1.4" or not card.get("fallbackText"):
        problems.append("the version must be 1.4 and a fallbackText is needed")
    if len(set(ids)) != len(ids):
        problems.append("an id is used twice")
    problems += [f"the toggle target {target} does not exist" for target in sorted(targets - set(ids))]
    if compact_size(card) > LARGEST_COMPACT or escaped_size(card) > LARGEST_ESCAPED:
        problems.append(f"it is too large: {compact_size(card)} bytes, {escaped_size(card)} escaped")
    return problems


def compact_size(card: dict[str, Any]) -> int:
    """Return the bytes of the card as it is posted."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())


def escaped_size(card: dict[str, Any]) -> int:
    """Return the bytes of the card as a string inside JSON, all in ASCII: the worst case of what Teams counts."""
    return len(json.dumps(json.dumps(card, separators=(",", ":"))))


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for one in value.values():
            yield from _nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _nodes(one)


def _node(node: dict[str, Any]) -> Iterator[str]:
    kind = node["type"]
    if kind not in _TYPES:
        yield f"{kind} is no element of ours"
    for name in _BOOLEANS:
        if not isinstance(node.get(name, True), bool):
            yield f"{name} of {kind} must be a JSON boolean"
    if kind in {"TextBlock", "TextRun"} and not node.get("text"):
        yield f"a {kind} has no text"
    if kind == "Action.OpenUrl" and not str(node.get("url", "")).startswith(("https://", "http://")):
        yield "a link is neither https nor http"
    actions = node.get("actions", [])
    if len(actions) > _MOST_BUTTONS or any(len(action.get("title", "")) > _LONGEST_TITLE for action in actions):
        yield "too many buttons, or a title that is too long"
