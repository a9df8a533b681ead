"""Draw a card into a PNG and print what was measured: ``python -m tools.picture CARD PICTURE`` (``make pictures``)."""

import argparse
import json
import sys
from pathlib import Path

from tools.picture.browser import BrowserError, NoBrowserError, browser
from tools.picture.drawing import PHONE_WIDTH, Drawing, Look, draw
from tools.picture.packages import NoPackagesError, install, sheets


def main() -> int:
    """Draw, print and return the exit code: 1 where something is wrong with the card or it cannot be drawn."""
    asked = _arguments()
    card = json.loads(asked.card.read_text(encoding="utf-8"))
    look = Look(asked.width, asked.theme, tuple(asked.press))
    try:
        with browser() as running:
            drawing = draw(running, sheets(install(), look.theme), card, look)
    except (BrowserError, NoBrowserError, NoPackagesError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    asked.picture.write_bytes(drawing.png)
    print(_report(drawing))  # noqa: T201
    return 1 if drawing.problems or drawing.overflows else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.picture", description="Draw a card as Teams does.")
    parser.add_argument("card", type=Path, help="the card in JSON")
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("--width", type=int, default=PHONE_WIDTH, help="of the screen, in CSS pixels")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--press", action="append", default=[], metavar="TITLE", help="a button to press; repeatable")
    return parser.parse_args()


def _report(drawing: Drawing) -> str:
    lines = [f"{text.top:5.0f} {text.bottom:5.0f}  {text.contrast:4.1f}:1  {text.words}" for text in drawing.texts]
    wrong = [f"problem: {one}" for one in drawing.problems] + [f"cut off: {one}" for one in drawing.overflows]
    return "\n".join([*lines, f"{drawing.height} px high", *wrong])


if __name__ == "__main__":
    sys.exit(main())
