"""A card as the official renderer draws it: a picture, where each text lies, and what is wrong with it."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.picture.browser import Browser
from tools.picture.contrast import needed, ratio
from tools.picture.packages import Sheets, Theme
from tools.picture.page import Page

PHONE_WIDTH, PHONE_HEIGHT = 360, 780
"""CSS pixels of a common phone. The card is 8 px narrower on each side."""
_GROUNDS = {"light": ("#f5f5f5", "#ffffff"), "dark": ("#1f1f1f", "#292929")}
"""The colours of a channel and of a card in it, as Teams has them (Fluent's neutral backgrounds)."""
_SCRIPT = Path(__file__).with_name("page.js")


@dataclass(frozen=True)
class Look:
    """How a card is looked at: the width of the screen in CSS pixels, the theme, the buttons that were pressed."""

    width: int = PHONE_WIDTH
    theme: Theme = "light"
    pressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """A paragraph, a button's title or a number that is seen, with its edges in CSS pixels from the page's top left."""

    words: str
    left: float
    top: float
    right: float
    bottom: float
    contrast: float
    """The ratio of the part that is hardest to read."""
    contrast_needed: float
    runs: tuple[tuple[float, float], ...]
    """The left and the right edge of each run of it, in the order in which it is written."""


@dataclass(frozen=True)
class Drawing:
    """A card that was drawn."""

    texts: tuple[Text, ...]
    height: int
    """Of all of it, with the 8 px around the card, in CSS pixels."""
    problems: tuple[str, ...]
    """What the parser, the renderer and the browser's console have against it."""
    overflows: tuple[str, ...]
    """The elements that are cut off or stick out."""
    png: bytes
    """The picture, with two dots to a CSS pixel; empty where none was wanted."""


class Shown:
    """A card in a page of the browser, whose buttons can be pressed."""

    def __init__(self, page: Page, width: int) -> None:
        """Take the page that the card was drawn into, and its width."""
        self._page, self._width = page, width

    def press(self, title: str) -> None:
        """Press the button of that title; raises BrowserError where none is seen."""
        self._page.evaluate(f"press({json.dumps(title)})")

    def words(self) -> tuple[str, ...]:
        """Return what is read now, from the top."""
        return tuple(text.words for text in _texts(self._page.evaluate("measure()")))

    def drawing(self, *, picture: bool = True) -> Drawing:
        """Return all of it as it is now; without a picture, which takes most of the time, where none is wanted."""
        seen = self._page.evaluate("measure()")
        png = self._picture(seen["height"]) if picture else b""
        problems = (*seen["problems"], *self._page.complaints())
        return Drawing(_texts(seen), seen["height"], problems, tuple(seen["overflows"]), png)

    def _picture(self, height: int) -> bytes:
        clip = {"x": 0, "y": 0, "width": self._width, "height": height, "scale": 1}
        shot = self._page.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])


@contextmanager
def shown(browser: Browser, sheets: Sheets, card: dict[str, Any], look: Look) -> Iterator[Shown]:
    """Show a card until the block ends; raises BrowserError where a button is not there or the browser fails."""
    page = Page(browser, look.width, PHONE_HEIGHT)
    try:
        page.evaluate(sheets.scripts)
        page.evaluate(f"({_SCRIPT.read_text(encoding='utf-8')})({_arguments(sheets, card, look)})")
        one = Shown(page, look.width)
        for title in look.pressed:
            one.press(title)
        yield one
    finally:
        page.close()


def draw(browser: Browser, sheets: Sheets, card: dict[str, Any], look: Look) -> Drawing:
    """Draw a card; raises BrowserError where a button is not there or the browser fails."""
    with shown(browser, sheets, card, look) as one:
        return one.drawing()


def first_screen(drawing: Drawing, height: float = PHONE_HEIGHT) -> tuple[Text, ...]:
    """Return the texts that lie wholly in the first so many CSS pixels.

    The height is the card's alone: what Teams itself shows above and below (its bars, the author's line) comes off the
    screen's before.
    """
    return tuple(text for text in drawing.texts if text.bottom <= height)


def _arguments(sheets: Sheets, card: dict[str, Any], look: Look) -> str:
    background, surface = _GROUNDS[look.theme]
    return json.dumps(
        {"card": card, "host": json.loads(sheets.host), "styles": sheets.styles, "background": background,
         "surface": surface}
    )  # fmt: skip


def _texts(seen: dict[str, Any]) -> tuple[Text, ...]:
    return tuple(sorted(map(_text, seen["blocks"]), key=lambda text: (text.top, text.left)))


def _text(runs: list[dict[str, Any]]) -> Text:
    worst = min(runs, key=lambda run: _contrast(run) / _needed(run))
    return Text(
        " ".join("".join(run["words"] for run in runs).split()),
        min(run["left"] for run in runs),
        min(run["top"] for run in runs),
        max(run["right"] for run in runs),
        max(run["bottom"] for run in runs),
        _contrast(worst),
        _needed(worst),
        tuple((run["left"], run["right"]) for run in runs),
    )


def _contrast(run: dict[str, Any]) -> float:
    return ratio(tuple(run["colour"]), [tuple(layer) for layer in run["behind"]])


def _needed(run: dict[str, Any]) -> float:
    return needed(run["size"], run["weight"])
