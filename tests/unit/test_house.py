"""The documentation says what the code has, and no module grows beyond what is read in one go."""

from pathlib import Path

from tools import facts_table, rights_table, settings_table

ROOT = Path(__file__).parents[2]
LONGEST = 350


def test_the_table_of_settings_is_what_the_code_declares() -> None:
    assert settings_table.FILE.read_text(encoding="utf-8") == settings_table.document(), "run `make docs`"


def test_the_table_of_facts_is_what_the_code_declares() -> None:
    assert facts_table.FILE.read_text(encoding="utf-8") == facts_table.document(), "run `make docs`"


def test_the_table_of_rights_is_what_the_code_declares() -> None:
    assert rights_table.FILE.read_text(encoding="utf-8") == rights_table.document(), "run `make docs`"


def test_no_module_is_too_long() -> None:
    folders = ("bench", "demo", "digest", "ingest", "store", "tests", "tools")
    modules = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    assert [file.name for file in modules if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST] == []
