"""The receivers of the README and the quick start are those of the page of receivers, which also tells why."""

from typing import Any

import pytest
import yaml

from tests.documented import blocks


def receivers(page: str, kind: str) -> dict[str, Any]:
    """Return the first receiver of a page of a kind: the one behind ``webhook_configs`` or ``webhookConfigs``."""
    text = next(block.text for block in blocks(page) if kind in block.text)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.mark.parametrize("page", ["README.md", "docs/quick-start.md"])
def test_a_plain_alertmanager_has_the_same_route_and_receiver(page: str) -> None:
    quick, whole = (receivers(one, "webhook_configs:") for one in (page, "docs/receivers.md"))
    assert quick["route"]["routes"] == whole["route"]["routes"][:1]
    (webhook,) = quick["receivers"][0]["webhook_configs"]
    (other,) = next(one for one in whole["receivers"] if one["name"] == "alertgest")["webhook_configs"]
    assert webhook == {name: value for name, value in other.items() if name != "http_config"}


def test_the_operator_is_given_the_same() -> None:
    quick, whole = (receivers(f"docs/{page}.md", "webhookConfigs:") for page in ("quick-start", "receivers"))
    (other,) = whole["spec"]["receivers"][0]["webhookConfigs"]
    other.pop("httpConfig")
    assert quick == whole
