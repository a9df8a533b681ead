"""The commands that the documentation gives its readers, to be run as they stand."""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]


def commands(page: str, after: str) -> str:
    """Return the first indented block of a page behind the line that has these words."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return block(text[text.index(after) + len(after) :])


def block(text: str) -> str:
    """Return the first indented block of a text, without its indentation."""
    found = re.search(r"(?:^ {3,}\S.*\n?)+", text, re.MULTILINE)
    assert found, f"no indented block in {text[:200]!r}"
    return textwrap.dedent(found[0].strip("\n"))
