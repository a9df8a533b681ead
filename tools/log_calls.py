"""What the programs log, read from their source: each message with its levels, fields and programs."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from store.log import LEVELS

ROOT = Path(__file__).parents[1]
PROGRAMS = ("ingest", "digest")
OPEN = "…"
"""Stands in a message for what differs from line to line."""


@dataclass(frozen=True)
class Logged:
    """One message of a program, with everything that a line of it may have beside the fields of every line."""

    program: str
    message: str
    levels: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True)
class _Place:
    """A call within its function and its module, where the names of its arguments get their values."""

    module: ast.Module
    function: ast.FunctionDef | ast.AsyncFunctionDef
    call: ast.Call


@cache
def logged(program: str) -> tuple[Logged, ...]:
    """Return the messages of a program, in the order of its source; one that is logged in two places counts once."""
    found: dict[str, Logged] = {}
    for place in _places(program):
        levels, fields = frozenset(_texts(place.call.args[0], place)), frozenset(_fields(place))
        for message in _texts(place.call.args[1], place):
            before = found.get(message, Logged(program, message, levels, fields))
            found[message] = Logged(program, message, before.levels | levels, before.fields | fields)
    return tuple(found.values())


def common_fields() -> dict[str, set[str]]:
    """Return the fields that each program puts into all of its lines, as it says where it makes its log."""
    return {
        program: {field.arg for call in _calls(_parsed(program), "json_log") for field in call.keywords if field.arg}
        for program in PROGRAMS
    }


@cache
def _parsed(program: str) -> tuple[ast.Module, ...]:
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in sorted((ROOT / program).rglob("*.py")))


def _calls(modules: Sequence[ast.Module], name: str) -> Iterator[ast.Call]:
    for module in modules:
        yield from (node for node in ast.walk(module) if isinstance(node, ast.Call) and _name(node.func) == name)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _places(program: str) -> Iterator[_Place]:
    for module in _parsed(program):
        calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and _may_log(node)]
        if not calls:
            continue
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        inner = {id(call): function for function in functions for call in ast.walk(function)}  # the inner one wins
        for call in calls:
            place = _Place(module, inner[id(call)], call)
            if set(_texts(call.args[0], place)) <= set(LEVELS):
                yield place


def _may_log(call: ast.Call) -> bool:
    """Say whether a call has a level and a message, or the name of the log and a level that may be worked out."""
    if len(call.args) != len(("level", "message")) or _name(call.func) == "get":
        return False
    level = call.args[0]
    return _name(call.func) == "log" or (isinstance(level, ast.Constant) and level.value in LEVELS)


def _texts(expression: ast.expr, place: _Place) -> list[str]:
    """Return the texts that an expression may be; what is only known when it runs is ``OPEN``."""
    if isinstance(expression, ast.Constant):
        return [str(expression.value)]
    if isinstance(expression, ast.IfExp):
        return [*_texts(expression.body, place), *_texts(expression.orelse, place)]
    if isinstance(expression, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_texts(part, place) for part in expression.values))]
    if isinstance(expression, ast.FormattedValue):
        return _texts(expression.value, place)
    if isinstance(expression, ast.Name):
        return [text for value in _values(expression.id, place) for text in _texts(value, place)] or [OPEN]
    return [OPEN]


def _values(name: str, place: _Place) -> list[ast.expr]:
    """Return what a name is given in its function, or as an argument by the callers in its module."""
    assigned = [
        node.value
        for node in ast.walk(place.function)
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]
    parameters = [one.arg for one in place.function.args.args if one.arg != "self"]
    if assigned or name not in parameters:
        return assigned
    at = parameters.index(name)
    return [call.args[at] for call in _calls([place.module], place.function.name) if len(call.args) > at]


def _fields(place: _Place) -> Iterator[str]:
    for keyword in place.call.keywords:
        if keyword.arg:
            yield keyword.arg
        elif isinstance(keyword.value, ast.Name):
            for value in _values(keyword.value.id, place):
                yield from (text for key in getattr(value, "keys", []) for text in _texts(key, place))
