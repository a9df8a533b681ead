"""What the runbooks and docs/models.md quote of the programs' words is what the code says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = "\n".join(
    path.read_text(encoding="utf-8") for folder in ("ingest", "digest") for path in (ROOT / folder).rglob("*.py")
)
QUOTED = {
    "docs/runbooks/AlertgestIngestRejecting.md": r"^\| \d{3} \| `([^`]+)`",
    "docs/runbooks/AlertgestModelFallingBack.md": r"^\| `([^`]+)` \| ",
    "docs/models.md": r"^\| `((?:The model|Without model)[^`]+)`",
}


def quotes() -> list[str]:
    found = [
        quote
        for page, row in QUOTED.items()
        for quote in re.findall(row, (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    return [part.strip(" .;:") for quote in found for part in re.split(r"…|: (?=[a-zO])", quote) if part.strip(" .;:")]


def test_each_page_quotes_something() -> None:
    assert len(quotes()) >= 15


@pytest.mark.parametrize("quote", sorted(set(quotes())))
def test_the_code_says_what_a_page_quotes(quote: str) -> None:
    assert quote in CODE
