"""Elements of an Adaptive Card 1.4 as plain objects. Text of others goes only into runs, which know no Markdown."""

from typing import Any

from digest.card.breaks import bound, breakable, isolated, isolated_names

Element = dict[str, Any]


def text(words: str, **style: object) -> Element:
    """Return a TextBlock of our own words."""
    return {"type": "TextBlock", "text": bound(words), "wrap": True} | style


def run(content: str, **style: object) -> Element:
    """Return a run of words of ours with names of others in it; ``url`` makes it a link."""
    url = style.pop("url", "")
    link = {"selectAction": {"type": "Action.OpenUrl", "url": url}} if url else {}
    return {"type": "TextRun", "text": bound(isolated_names(content))} | style | link


def quote(content: str, **style: object) -> Element:
    """Return a run of a text that others wrote, all of it."""
    return run("", **style) | {"text": breakable(isolated(content))}


def rich(*runs: Element, **style: object) -> Element:
    """Return a paragraph of runs."""
    return {"type": "RichTextBlock", "inlines": list(runs)} | style


def container(*items: Element, **style: object) -> Element:
    """Return a container of elements."""
    return {"type": "Container", "items": list(items)} | style


def number(value: int, label: str, part: str) -> Element:
    """Return a column with a large number over its label, and over what a part of it is, which may be empty."""
    centred = {"horizontalAlignment": "Center"}
    return {
        "type": "Column",
        "width": 1,
        "items": [
            text(f"{value:,}", size="ExtraLarge", weight="Bolder", **centred),
            text(label, size="Small", spacing="None", **centred),
            *([text(part, size="Small", spacing="None", isSubtle=True, **centred)] if part else []),
        ],
    }


def toggle(title: str, target: str) -> Element:
    """Return a button that shows or hides the element ``target``."""
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": [{"elementId": target}]}
