"""The connection URL: what PostgreSQL would read otherwise than its writer meant is refused, and never repeated."""

import pytest

from store.settings import connection_string


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%2Fw%40@h:5432/d", "postgres://u@h/d?sslmode=require", "postgresql://h/d?user=a@b&password=x/y@z",
        "postgresql://u@a:1,b:2/d",
    ],
)  # fmt: skip
def test_a_url_that_can_be_read_in_one_way_is_taken(url: str) -> None:
    assert connection_string(url) == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://u:se/cret@h:5432/d", "percent-encoded"),
        ("postgresql://u:12/se@cret@h/d", "percent-encoded"),
        ("postgresql://u:se@cret@h/d", "percent-encoded"),
        ("postgresql://u:se cret@h/d", "connection URL"),
        ("mysql://u:secret@h/d", "postgresql://"),
        ("host=h password=secret", "postgresql://"),
    ],
)
def test_any_other_is_refused_and_its_password_not_told(url: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        connection_string(url)
    assert not any(part in str(refused.value) for part in ("secret", "se/", "12/", "cret", "@h"))
