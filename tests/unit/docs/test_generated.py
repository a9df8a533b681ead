"""The pages that are generated from the code are what is committed."""

from types import ModuleType

import pytest

from tools import cli_table, facts_table, logs_table, metrics_table, rights_table, settings_table

PAGES = [cli_table, facts_table, logs_table, metrics_table, rights_table, settings_table]


@pytest.mark.parametrize("table", PAGES, ids=lambda table: table.FILE.name)
def test_a_generated_page_says_what_the_code_does(table: ModuleType) -> None:
    assert table.FILE.read_text(encoding="utf-8") == table.document(), "run `make docs`"
