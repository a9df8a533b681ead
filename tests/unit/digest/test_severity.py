"""Severities: known ones have their place, unknown ones come just before the least."""

import pytest

from digest.severity import Severities, parse_aliases

SEVERITIES = Severities(("critical", "warning", "info"), (("page", "critical"), ("p2", "warning")))


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        ("critical", "critical"),
        (" Page ", "critical"),
        ("P2", "warning"),
        ("info", "info"),
        ("", "other"),
        ("sev", "other"),
    ],
)
def test_levels(sent: str, level: str) -> None:
    assert SEVERITIES.level(sent) == level


def test_the_order_is_the_settings_with_unknown_ones_before_the_last() -> None:
    assert sorted(["info", "sev-high", "warning", "page"], key=SEVERITIES.rank) == [
        "page",
        "warning",
        "sev-high",
        "info",
    ]


def test_unknown_severities_always_count() -> None:
    assert all(SEVERITIES.at_least(one, "warning") for one in ("page", "warning", "sev"))
    assert not SEVERITIES.at_least("info", "warning")


def test_aliases_are_pairs_in_lower_case() -> None:
    assert parse_aliases("Page=Critical, major=warning,") == (("page", "critical"), ("major", "warning"))
    with pytest.raises(ValueError, match="must be pairs"):
        parse_aliases("page")
