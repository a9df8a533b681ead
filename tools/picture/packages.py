"""The npm packages that draw a card and examine the page, installed once by the lock file's checksums.

They lie under ``ALERTGEST_CACHE`` (by default ``~/.cache/alertgest``), in a folder named after the lock file. The host
configurations (sizes and colours) and style sheets are those that Microsoft publishes with the card designer; Teams'
own are not published, so a picture is close to Teams and not Teams itself.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]
_PINS = Path(__file__).parent
_FILES = ("package.json", "package-lock.json", ".npmrc")
_DEADLINE_SECONDS = 300
_FONTS = "'Segoe UI', 'Liberation Sans', Arial"
"""Segoe UI is Microsoft's; the next one is free, as wide as Arial and a little wider than what phones have."""


class NoPackagesError(Exception):
    """The packages are not there and cannot be installed."""


@dataclass(frozen=True)
class Sheets:
    """What a page needs to draw a card in one theme: style sheets, scripts, and Teams' host configuration in JSON."""

    styles: str
    scripts: str
    host: str


def install() -> Path:
    """Return the folder of the packages, installed if they are not there; raises NoPackagesError."""
    folder = _folder()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            _npm(Path(made))
            if not folder.exists():  # by another run meanwhile
                (Path(made) / "node_modules").rename(folder)
    return folder


def sheets(packages: Path, theme: Theme) -> Sheets:
    """Return what a page needs for a theme, from the folder of the packages."""
    designer = packages / "adaptivecards-designer"
    styles = (
        packages / "adaptivecards/dist/adaptivecards.css",
        designer / f"dist/containers/teams-container-{theme}.css",
    )
    scripts = (packages / "adaptivecards/dist/adaptivecards.min.js", packages / "markdown-it/dist/markdown-it.min.js")
    host = _read(designer / f"lib/hostConfigs/microsoft-teams-{theme}.json").replace("'Segoe UI'", _FONTS)
    read = "\n".join(map(_read, styles)).replace('"Segoe UI"', _FONTS)
    return Sheets(read, "\n".join(map(_read, scripts)), host)


def axe(packages: Path) -> str:
    """Return the script that finds what is wrong with a page for those who cannot see or point well."""
    return _read(packages / "axe-core/axe.min.js")


def _folder() -> Path:
    cache = Path(os.environ.get("ALERTGEST_CACHE", Path.home() / ".cache" / "alertgest"))
    pins = b"".join((_PINS / name).read_bytes() for name in _FILES)
    return cache / "picture" / hashlib.sha256(pins).hexdigest()[:12]


def _npm(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoPackagesError("npm is not installed")
    for name in _FILES:
        shutil.copy(_PINS / name, folder / name)
    command = [npm, "ci", "--no-progress"]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=folder, capture_output=True, text=True, timeout=_DEADLINE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoPackagesError(f"npm did not end in {_DEADLINE_SECONDS} s") from error
    if done.returncode:
        raise NoPackagesError(f"npm could not install the packages:\n{done.stderr[-2000:]}")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig")
