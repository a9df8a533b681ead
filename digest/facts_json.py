"""The facts as JSON and back; the same facts give the same bytes."""

import json
from typing import Any

from digest.dataclass_json import from_plain, to_plain
from digest.episode import Episode
from digest.facts import VERSION, Facts, Group

_SECONDS_PER_MINUTE = 60


def to_json(facts: Facts) -> dict[str, Any]:
    """Return a JSON object, with what is derived for readers."""
    plain: dict[str, Any] = to_plain(facts, _derived)
    return {"version": VERSION} | plain


def to_text(facts: Facts) -> str:
    """Return the JSON text, indented, the same bytes for the same facts."""
    return json.dumps(to_json(facts), ensure_ascii=False, indent=2) + "\n"


def from_json(value: dict[str, Any]) -> Facts:
    """Return the facts that ``to_json`` made; raises ValueError for another version."""
    if value.get("version") != VERSION:
        raise ValueError(f"facts of version {value.get('version')!r} cannot be read by this release")
    result: Facts = from_plain(Facts, value)
    return result


def _derived(value: object) -> dict[str, Any]:
    if isinstance(value, Episode):
        return {"labels": dict(value.labels)}
    if not isinstance(value, Group):
        return {}
    return {
        "common_labels": dict(value.common_labels),
        "flapping": value.flapping,
        "total_duration_minutes": value.firing_seconds // _SECONDS_PER_MINUTE,
        "sample_affected_resources": [one.name for kind in value.resources[:1] for one in kind.top],
    }
