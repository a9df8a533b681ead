"""The commands that the pages give their readers, to be run as they stand, in their order.

A page has its commands in blocks fenced as ``sh``. One that names kubectl or helm, or whose fence says ``sh cluster``,
needs a cluster. A block fenced as ``text output`` says what the commands above it print: each of its lines comes in the
output, in this order, where ``…`` stands for anything. A block without a language (or indented by four) has commands
where it begins with a program that the pages use.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = "sh"
_PROGRAMS = re.compile(
    r"(?:kubectl|helm|make|git|curl|for|export|read|docker|alertgest-\w+|\.venv/bin/\S+|[A-Z_]+=\S+)\s"
)
_OF_A_CLUSTER = re.compile(r"(?:^|[|;&(]|\bdo\b)\s*(?:[A-Z_]+=\S+\s+)*(?:kubectl|helm)\s", re.MULTILINE)
_FENCE = re.compile(r"( *)(`{3,}|~{3,})\s*(.*)")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d+\.)\s")


@dataclass(frozen=True)
class Block:
    """One block of a page: the line on which it begins, the words of its fence, and what stands in it."""

    page: str
    line: int
    fence: tuple[str, ...]
    text: str

    @property
    def has_commands(self) -> bool:
        """Say whether a reader is to type it."""
        return self.fence[:1] == (COMMANDS,) or (not self.fence and bool(_PROGRAMS.match(self.text)))

    @property
    def needs_cluster(self) -> bool:
        """Say whether it is for a reader with a cluster."""
        return "cluster" in self.fence or bool(_OF_A_CLUSTER.search(self.text))

    @property
    def is_output(self) -> bool:
        """Say whether it is what the commands above it print."""
        return self.fence == ("text", "output")


def pages(root: Path = ROOT) -> list[str]:
    """Return every page that tells somebody what to type, by its path from the root."""
    found = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("charts/*/README.md")]
    return sorted(str(path.relative_to(root)) for path in found if path.name != "CHANGELOG.md")


def blocks(page: str, root: Path = ROOT) -> list[Block]:
    """Return the blocks of a page in their order."""
    return list(parsed(page, (root / page).read_text(encoding="utf-8")))


def steps(page: str, root: Path = ROOT) -> list[tuple[Block, str]]:
    """Return the blocks of a page that have commands, each with the output that the page promises, if any."""
    found = [*blocks(page, root), Block(page, 0, (), "")]
    return [(one, after.text if after.is_output else "") for one, after in pairwise(found) if one.has_commands]


def parsed(page: str, text: str) -> Iterator[Block]:
    """Yield the blocks of a text in Markdown."""
    lines = text.splitlines()
    number, in_item = 0, False
    while number < len(lines):
        line, start = lines[number], number
        if fence := _FENCE.match(line):
            number, in_item = _end(lines, start + 1, fence[2]), in_item and bool(fence[1])
            yield Block(page, start + 1, tuple(fence[3].split()), _dedented(lines[start + 1 : number]))
        elif line.startswith("    ") and not in_item and (start == 0 or not lines[start - 1].strip()):
            while number + 1 < len(lines) and lines[number + 1].startswith("    "):
                number += 1
            yield Block(page, start + 1, (), _dedented(lines[start : number + 1]))
        elif line.strip() and not line.startswith("  "):
            in_item = bool(_ITEM.match(line))
        number += 1


def _end(lines: list[str], start: int, fence: str) -> int:
    closing = (number for number in range(start, len(lines)) if lines[number].strip().startswith(fence))
    return next(closing, len(lines))


def _dedented(lines: list[str]) -> str:
    return textwrap.dedent("\n".join(lines)).strip("\n")


def missing(expected: str, printed: str) -> list[str]:
    """Return the lines of a promised output that did not come, each behind the one before it; ``…`` is anything."""
    left, absent = iter(printed.splitlines()), []
    for line in filter(str.strip, expected.splitlines()):
        pattern = re.compile(r"\s*" + r".*".join(map(re.escape, line.strip().split("…"))) + r"\s*")
        if not any(pattern.fullmatch(one) for one in left):
            absent.append(line)
    return absent


def commands(page: str, after: str) -> str:
    """Return the first block of commands of a page behind the words ``after``."""
    text = (ROOT / page).read_text(encoding="utf-8")
    behind = text[text.index(after) + len(after) :]
    found = next((one for one in parsed(page, behind) if one.has_commands), None)
    assert found, f"no commands in {page} behind {after!r}"
    return found.text


def block(text: str) -> str:
    """Return the first indented block of a text that is no page, such as the chart's notes, without its indentation."""
    found = re.search(r"(?:^ {3,}\S.*\n?)+", text, re.MULTILINE)
    assert found, f"no indented block in {text[:200]!r}"
    return textwrap.dedent(found[0].strip("\n"))
