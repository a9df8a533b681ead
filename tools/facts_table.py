"""Write ``docs/facts.md`` from the dataclasses of the facts and their docstrings; ``make docs`` runs it."""

import ast
import inspect
import textwrap
from pathlib import Path
from types import ModuleType

import digest.cluster.context
import digest.cluster.model
import digest.compare.model
import digest.confirm.model
import digest.episode
import digest.facts
import digest.health.model
import digest.model.phrasing
import digest.noise.model
import digest.stories.model

FILE = Path(__file__).parents[1] / "docs" / "facts.md"
_WIDTH = 120

_HEAD = """# Facts

What `alertgest-digest preview --format facts` prints and what is kept with each digest, as JSON. `version` is raised
when a field changes its meaning or goes. Times are in UTC, ISO 8601 with `Z`, without a fraction of a second;
durations are whole seconds. Nothing here depends on the order of messages and, but for the deliveries that
`Capture` counts, on their number.

A group also has what is derived: `flapping`, `total_duration_minutes` (of `firing_seconds`) and
`sample_affected_resources` (the names in the first entry of `resources`). `common_labels` is an object.
"""


def document() -> str:
    """Return the whole page."""
    classes = [*reversed(_classes(digest.facts)), *_classes(digest.episode), *reversed(_classes(digest.health.model))]
    classes += [*reversed(_classes(digest.cluster.context)), *_OF_THE_MODEL]
    classes += reversed(_classes(digest.model.phrasing))
    classes += [node for node in reversed(_classes(digest.noise.model)) if node.name != "Report"]
    classes += reversed(_classes(digest.stories.model))
    classes += [node for node in reversed(_classes(digest.confirm.model)) if node.name in _OF_THE_SOURCES]
    classes += reversed(_classes(digest.compare.model))
    return "\n".join([_HEAD, *(_section(node) for node in classes)]).replace("``", "`")


def _classes(module: ModuleType) -> list[ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module))
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


_OF_THE_SOURCES = {"Confirmation", "Suppression", "Added"}
_OF_THE_MODEL = [node for node in _classes(digest.cluster.model) if node.name in {"Workload", "Missing"}]


def _section(node: ast.ClassDef) -> str:
    words = " ".join((ast.get_docstring(node) or "").split())
    about = textwrap.fill(words, _WIDTH, break_on_hyphens=False)
    lines = [f"## {node.name}", "", about, "", "| field | type | meaning |", "| --- | --- | --- |"]
    for field, after in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            lines.append(f"| `{ast.unparse(field.target)}` | `{_type(field)}` | {_meaning(after)} |")
    return "\n".join(lines) + "\n"


def _type(field: ast.AnnAssign) -> str:
    return ast.unparse(field.annotation).replace("|", "or").replace("'", '"')


def _meaning(after: ast.stmt | None) -> str:
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        return " ".join(after.value.value.split())
    return ""


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
