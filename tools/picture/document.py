"""A page of HTML as a browser shows it: a picture, how wide it is, and what axe has against it."""

import base64
import json
from dataclasses import dataclass
from typing import Literal

from tools.picture.browser import Browser
from tools.picture.packages import Theme
from tools.picture.page import Page

_HEIGHT = 800
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_OPEN = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_EXAMINE = """axe.run(document, {runOnly: %s}).then((found) => found.violations.map((one) => {
  const where = one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary);
  return one.id + ': ' + where.join('; ');
}))"""
_SIDEWAYS = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
_CUT = """[...document.querySelectorAll('svg text')].filter((one) => {
  const box = one.getBoundingClientRect(), clip = one.parentElement.closest('svg svg');
  return !clip && (box.left < -1 || box.right > window.innerWidth + 1);
}).map((one) => one.textContent)"""


@dataclass(frozen=True)
class View:
    """How a page is looked at: width in CSS pixels, theme, on a screen or on paper, with all its details open."""

    width: int
    theme: Theme = "light"
    medium: Literal["screen", "print"] = "screen"
    opened: bool = True


@dataclass(frozen=True)
class Examined:
    """A page that was looked at."""

    violations: tuple[str, ...]
    """What axe found where it was asked, of WCAG 2.2 AA and of its best practices."""
    width: int
    """In CSS pixels, with what sticks out."""
    cut: tuple[str, ...]
    """Texts of pictures that stick out of the window."""
    complaints: tuple[str, ...]
    """What the browser's console shows."""
    text: str
    """What is to be read on it."""
    png: bytes


def examine(browser: Browser, html: str, axe: str, view: View) -> Examined:
    """Look at a page, with axe where its script is given; raises BrowserError."""
    page = Page(browser, view.width, _HEIGHT)
    try:
        theme = [{"name": "prefers-color-scheme", "value": view.theme}]
        page.call("Emulation.setEmulatedMedia", media=view.medium, features=theme)
        frame = page.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        page.call("Page.setDocumentContent", frameId=frame, html=html)
        if view.opened:
            page.evaluate(_OPEN)
        width, cut, text = (page.evaluate(script) for script in (_SIDEWAYS, _CUT, "document.body.innerText"))
        shot = page.call("Page.captureScreenshot", format="png")
        complaints = tuple(page.complaints())
        violations = page.evaluate(f"{axe};{_EXAMINE % json.dumps(_RULES)}") if axe else ()
    finally:
        page.close()
    return Examined(tuple(violations), width, tuple(cut), complaints, text, base64.b64decode(shot["data"]))
