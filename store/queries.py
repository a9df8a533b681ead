"""SQL kept in files: each file holds statements, each introduced by a line ``-- block: name``."""

import re
from functools import cache
from importlib import resources
from typing import LiteralString, cast

_BLOCK = re.compile(r"^-- block: (\w+)$", re.MULTILINE)


@cache
def queries(package: str, file: str) -> dict[str, LiteralString]:
    """Return the statements of ``file`` in ``package``'s ``sql`` folder, by block name.

    The text counts as a literal: it ships with the program and no input is ever formatted into it.
    Raises FileNotFoundError for an unknown file and ValueError for a name used twice.
    """
    text = (resources.files(package) / "sql" / file).read_text(encoding="utf-8")
    parts = _BLOCK.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/sql/{file} names a block twice")
    return {name: cast("LiteralString", body.strip()) for name, body in zip(names, bodies, strict=True)}
