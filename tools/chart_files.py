"""Write the files of the chart that other sources decide; ``make docs`` runs it.

The time zones come from the pinned package ``tzdata``, the schema and the README's table from the comments of
``values.yaml``.
"""

import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

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
    return made | {ZONES: time_zones()}


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603


if __name__ == "__main__":
    for path, text in generated().items():
        (CHART / path).write_text(text, encoding="utf-8")
