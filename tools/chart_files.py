"""Write the files of the chart that other sources decide; ``make docs`` runs it.

The time zones come from the pinned package ``tzdata``, the schema and the README's table from the comments of
``values.yaml``.
"""

import json
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from tools.binaries import binary

CHART = Path(__file__).parents[1] / "charts" / "alertgest"
ZONES, SCHEMA, README = Path("files/timezones.txt"), Path("values.schema.json"), Path("README.md")


def time_zones() -> str:
    """Return the names of the time zones, a line each."""
    return (resources.files("tzdata") / "zones").read_text(encoding="utf-8").strip() + "\n"


def generated() -> dict[Path, str]:
    """Return the text of each generated file, by its path in the chart."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "alertgest"
        shutil.copytree(CHART, copy)
        _run(copy, str(binary("helm-values-schema-json")))
        template = ["--template-files", "README.md.gotmpl", "--sort-values-order", "file"]
        _run(copy, str(binary("helm-docs")), "--chart-search-root", ".", *template)
        made = {path: (copy / path).read_text(encoding="utf-8") for path in (SCHEMA, README)}
    made[SCHEMA] = json.dumps(_complete(json.loads(made[SCHEMA])), indent=2, ensure_ascii=False) + "\n"
    return made | {ZONES: time_zones()}


def _complete(schema: Any, optional: tuple[str, ...] = ("enabled", "global")) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema whose own objects need all their properties: a value that is set to null is then named."""
    if isinstance(schema, dict) and schema.get("additionalProperties") is False:
        properties = {name: _complete(one, ()) for name, one in schema["properties"].items()}
        required = [name for name in properties if name not in optional]
        return schema | {"properties": properties, "required": required}
    return schema


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


if __name__ == "__main__":
    for path, text in generated().items():
        (CHART / path).write_text(text, encoding="utf-8")
