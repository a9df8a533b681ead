"""Somebody new to the project at a shell: nothing but git, make and Python, and the repository's address.

The address leads to the working tree as a commit of it would be, and a clone is lent the packages of the tests, which
are the pinned ones, so that nothing is fetched.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.documented import ROOT

ADDRESS = "https://github.com/alertgest/alertgest"
_SECONDS = 300
_AS_SOMEBODY = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.invalid",
                "-c", "core.hooksPath=/dev/null")  # fmt: skip
_PROGRAM = """#!/bin/sh
exec "$(dirname "$0")/python" -c 'from {package}.cli import main; main()' "$@"
"""
_CLONED = """#!/bin/sh
[ -e .venv ] || {{ cp -R "{lent}" .venv && touch .venv/.installed; }}
"""
_RUN = 'cd "$1"; shift; trap \'pwd > "$1"\' EXIT; eval "$2"'
"""Runs a block where the last one ended, and keeps where this one ends."""


@dataclass
class Newcomer:
    """A shell whose ``cd`` outlasts a block."""

    home: Path
    folder: Path

    def type(self, commands: str) -> "subprocess.CompletedProcess[str]":
        """Run a block of a page as it stands; it ends at the first line that fails."""
        place = self.home / "place"
        shell = ("bash", "-euo", "pipefail", "-c", _RUN, "bash", str(self.folder), str(place), commands)
        environ = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            shell,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        self.folder = Path(place.read_text(encoding="utf-8").strip())
        return done


def newcomer(home: Path) -> Newcomer:
    """Return somebody with an empty home, for whom the repository's address leads to the working tree."""
    published, hooks, lent = home / "published", home / "hooks", home / "lent"
    hooks.mkdir()
    _lend(lent)
    hook = hooks / "post-checkout"
    hook.write_text(_CLONED.format(lent=lent), encoding="utf-8")
    hook.chmod(0o755)
    settings = {f"url.file://{quote(str(published))}.insteadOf": ADDRESS, "core.hooksPath": str(hooks)}
    for name, value in settings.items():
        _git(home, "config", "--file", str(home / ".gitconfig"), name, value)
    publish(published)
    return Newcomer(home, home)


def publish(target: Path) -> None:
    """Make a repository of one commit: every file of the working tree that git knows or would add."""
    target.mkdir()
    listed = _git(ROOT, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for arguments in (("init", "--initial-branch=main"), ("add", "--all"), ("commit", "--message=All")):
        _git(target, *_AS_SOMEBODY, *arguments)


def _lend(lent: Path) -> None:
    """Make an environment with the packages of this one, whose project is the folder that it is copied into."""
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", str(lent)), check=True, capture_output=True)
    packages = next(lent.glob("lib/python*/site-packages"))
    clone = Path(*[".."] * 4)
    (packages / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{clone}\n", encoding="utf-8")
    for package in ("ingest", "digest"):
        program = lent / "bin" / f"alertgest-{package}"
        program.write_text(_PROGRAM.format(package=package), encoding="utf-8")
        program.chmod(0o755)
    for path in Path(sys.executable).parent.iterdir():
        if not (lent / "bin" / path.name).exists():
            (lent / "bin" / path.name).symlink_to(path)


def _git(where: Path, *arguments: str) -> str:
    """Run git without the settings of whoever runs the tests."""
    environ = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    command = ("git", "-C", str(where), *arguments)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
