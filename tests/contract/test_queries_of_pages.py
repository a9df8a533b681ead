"""The queries that the pages give their readers are ones that the schema answers."""

import re

import pytest

from store.connect import connect
from tests.documented import blocks, pages

QUERIES = [
    pytest.param(query, id=f"{page}:{block.line}")
    for page in pages()
    for block in blocks(page)
    for query in re.findall(r'psql [^"]*"(SELECT [^"]+)"', block.text)
]


def test_pages_have_queries() -> None:
    assert len(QUERIES) >= 3


@pytest.mark.parametrize("query", QUERIES)
def test_the_schema_answers(database: str, query: str) -> None:
    with connect(database) as conn:
        described = conn.execute(query).description
    assert described
