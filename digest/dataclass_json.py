"""Frozen dataclasses as JSON and back; the same value gives the same JSON."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Derive = Callable[[Any], dict[str, Any]]


def nothing_more(_: object) -> dict[str, Any]:
    """Derive nothing."""
    return {}


def to_plain(value: Any, derive: Derive = nothing_more) -> Any:  # noqa: ANN401 - a tree of any types
    """Return a tree of JSON: times in ISO 8601 with Z, tuples as arrays; ``derive`` adds fields to an object."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        plain = {field.name: to_plain(getattr(value, field.name), derive) for field in fields(value)}
        return plain | derive(value)
    return [to_plain(one, derive) for one in value] if isinstance(value, tuple) else value


def from_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401
    """Return the value of a type that ``to_plain`` made; what is absent takes its default.

    Raises KeyError, TypeError or ValueError for what was not made so.
    """
    if value is None or get_origin(kind) is Literal:
        return value
    if get_origin(kind) in {Union, UnionType}:
        return from_plain(next(one for one in get_args(kind) if one is not type(None)), value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    if is_dataclass(kind):
        return _object(kind, value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind)[0], value)
    return value


def _object(kind: Any, value: dict[str, Any]) -> Any:  # noqa: ANN401
    hints = get_type_hints(kind)
    known = [field for field in fields(kind) if field.name in value or _required(field)]
    return kind(**{field.name: from_plain(hints[field.name], value[field.name]) for field in known})


def _required(field: Any) -> bool:  # noqa: ANN401
    return field.default is MISSING and field.default_factory is MISSING


def _tuple(kind: Any, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(value.items()) if isinstance(value, dict) else tuple(from_plain(kind, one) for one in value)
