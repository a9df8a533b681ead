"""No module grows beyond what is read in one go."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 350


def test_no_module_is_too_long() -> None:
    folders = ("bench", "demo", "digest", "ingest", "store", "tests", "tools")
    modules = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    assert [file.name for file in modules if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST] == []
