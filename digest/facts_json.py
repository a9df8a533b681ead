"""The facts as JSON and back; the same facts give the same bytes."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from digest.facts import VERSION, Facts, Group

_SECONDS_PER_MINUTE = 60


def to_json(facts: Facts) -> dict[str, Any]:
    """Return a JSON object: times in ISO 8601 with Z, tuples as arrays, and what is derived for readers."""
    return {"version": VERSION} | _object(facts)


def to_text(facts: Facts) -> str:
    """Return the JSON text, indented, the same bytes for the same facts."""
    return json.dumps(to_json(facts), ensure_ascii=False, indent=2) + "\n"


def from_json(value: dict[str, Any]) -> Facts:
    """Return the facts that ``to_json`` made; raises ValueError for another version."""
    if value.get("version") != VERSION:
        raise ValueError(f"facts of version {value.get('version')!r} cannot be read by this release")
    result: Facts = _build(Facts, value)
    return result


def _plain(value: Any) -> Any:  # noqa: ANN401 - a tree of any of the facts' types
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Group):
        derived = {
            "flapping": value.flapping,
            "total_duration_minutes": value.firing_seconds // _SECONDS_PER_MINUTE,
            "sample_affected_resources": [one.name for kind in value.resources[:1] for one in kind.top],
        }
        return _object(value) | {"common_labels": dict(value.common_labels)} | derived
    if is_dataclass(value):
        return _object(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _build(kind: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911
    if value is None or get_origin(kind) is Literal:
        return value
    if get_origin(kind) in {Union, UnionType}:
        return _build(next(one for one in get_args(kind) if one is not type(None)), value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _build(hints[field.name], value[field.name]) for field in fields(kind)})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        if isinstance(value, dict):
            return tuple(value.items())
        return tuple(_build(get_args(kind)[0], one) for one in value)
    return value
