"""How each card is looked at, and the pictures that are kept of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.picture.browser import Browser
from tools.picture.drawing import PHONE_WIDTH, Drawing, Look, shown
from tools.picture.packages import Theme, sheets

Card = dict[str, Any]
WINDOW_WIDTH = 760
"""CSS pixels of a channel in a window of a small laptop."""
THEMES: tuple[Theme, ...] = ("light", "dark")
LOOKS = tuple(Look(width, theme) for width in (PHONE_WIDTH, WINDOW_WIDTH) for theme in THEMES)


@dataclass(frozen=True)
class Toggled:
    """What a button does: all that is read once it was pressed, and once it was pressed again."""

    title: str
    opened: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True)
class Shots:
    """A card as it comes and with all its sections open, and what each button did alone."""

    closed: Drawing
    toggled: tuple[Toggled, ...]
    opened: Drawing


def buttons_of(card: Card) -> tuple[str, ...]:
    """Return the titles of a card's buttons."""
    return tuple(action["title"] for one in card["body"] if one["type"] == "ActionSet" for action in one["actions"])


def shots(browser: Browser, packages: Path, card: Card, look: Look, *, pictures: bool = True) -> Shots:
    """Draw a card, press its buttons one by one and then all of them; without pictures it is only measured."""
    titles, toggled = buttons_of(card), []
    with shown(browser, sheets(packages, look.theme), card, look) as one:
        closed = one.drawing(picture=pictures)
        for title in titles:
            one.press(title)
            opened = one.words()
            one.press(title)
            toggled.append(Toggled(title, opened, one.words()))
        for title in titles:
            one.press(title)
        return Shots(closed, tuple(toggled), one.drawing(picture=pictures) if titles else closed)


def keep(folder: Path, name: str, look: Look, taken: Shots) -> None:
    """Write the pictures: KIND-THEME-WIDTH.png, and the same with ``-open`` where it has buttons."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{look.theme}-{look.width}"
    (folder / f"{stem}.png").write_bytes(taken.closed.png)
    if taken.toggled:
        (folder / f"{stem}-open.png").write_bytes(taken.opened.png)


def wrong_with(drawing: Drawing, look: Look) -> list[str]:
    """Return what is wrong with a drawing: complaints, what is cut off or sticks out, what is hard to read."""
    faint = (text for text in drawing.texts if text.contrast < text.contrast_needed)
    outside = (text for text in drawing.texts if text.left < 0 or text.right > look.width)
    return [
        *drawing.problems,
        *drawing.overflows,
        *(f"{text.contrast:.1f}:1 for {text.words}" for text in faint),
        *(f"outside of the screen: {text.words}" for text in outside),
    ]
