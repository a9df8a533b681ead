"""The pages of the repository as a reader on GitHub has them: code spans, blocks of code, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
_FOLDERS = (".github", "bench", "charts", "demo", "docs", "tests", "tools")
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Found:
    """A piece of a page, and the line on which its paragraph, row or block begins."""

    line: int
    text: str


@dataclass(frozen=True)
class Page:
    """One page by its path in the repository."""

    path: str
    text: str

    @cached_property
    def code(self) -> list[Found]:
        """Every code span, and every line of every block of code."""
        return [*self._inline("code_inline"), *self._lines_of_blocks()]

    @property
    def links(self) -> list[Found]:
        """Where the links and pictures point to."""
        html = (Found(token.line, at) for token in self._inline("html_inline") for at in _sources(token.text))
        return [*self._inline("link_open"), *self._inline("image"), *html, *self._sources_of_blocks()]

    @property
    def anchors(self) -> set[str]:
        """The names under which GitHub links its headings."""
        seen: dict[str, int] = {}
        for heading in self._headings():
            name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            seen[name] = seen.get(name, -1) + 1
        return {name if not again else f"{name}-{again}" for name, most in seen.items() for again in range(most + 1)}

    @property
    def long_lines(self) -> list[Found]:
        """Lines of prose that are longer than 130 columns; what cannot be broken, as a table, is none."""
        blocks = {
            number for token in self._tokens if token.type == "fence" and token.map for number in range(*token.map)
        }
        return [
            Found(number + 1, line)
            for number, line in enumerate(self.text.splitlines())
            if len(line) > 130 and not line.startswith("|") and number not in blocks
        ]

    @cached_property
    def _tokens(self) -> list[Token]:
        return _MARKDOWN.parse(self.text)

    def _inline(self, kind: str) -> Iterator[Found]:
        line = 1
        for token in self._tokens:
            line = token.map[0] + 1 if token.map else line
            for child in token.children or ():
                if child.type == kind:
                    yield Found(line, str(child.attrGet("href") or child.attrGet("src") or child.content))

    def _lines_of_blocks(self) -> Iterator[Found]:
        for token in self._tokens:
            if token.type in {"fence", "code_block"} and token.map:
                first = token.map[0] + (2 if token.type == "fence" else 1)
                for number, line in enumerate(token.content.splitlines()):
                    yield Found(first + number, line)

    def _sources_of_blocks(self) -> Iterator[Found]:
        for token in self._tokens:
            if token.type == "html_block" and token.map:
                yield from (Found(token.map[0] + 1, at) for at in _sources(token.content))

    def _headings(self) -> Iterator[str]:
        tokens = self._tokens
        for before, token in pairwise(tokens):
            if before.type == "heading_open":
                yield "".join(child.content for child in token.children or ())


def pages() -> list[Page]:
    """Return every page of the repository."""
    files = [*ROOT.glob("*.md"), *(file for folder in _FOLDERS for file in (ROOT / folder).rglob("*.md"))]
    kept = sorted(file.relative_to(ROOT) for file in files if "node_modules" not in file.parts)
    return [Page(str(file), (ROOT / file).read_text(encoding="utf-8")) for file in kept]


def _sources(html: str) -> list[str]:
    return re.findall(r'\b(?:src|href)="([^"]+)"', html)
