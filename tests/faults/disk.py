"""A small disk for a part of PostgreSQL's data folder, that can be filled and be given room again."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from demo.postgres import Cluster
from tests.programs import lacking, program

_CHUNK = 1 << 12


@dataclass(frozen=True)
class SmallDisk:
    """A disk of its own, mounted at a folder."""

    folder: Path

    def fill(self) -> None:
        """Take all that is left of it."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while file.write(bytes(_CHUNK)):
                pass

    def make_room(self) -> None:
        """Give back what ``fill`` took."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def small_disk(running: Cluster, part: str, megabytes: int) -> Iterator[SmallDisk]:
    """Let a folder of the data lie on a disk of that size until the block ends; root only, skipped by name elsewhere.

    The server is stopped before and afterwards, its data are kept.
    """
    if os.geteuid():
        lacking("a small disk is mounted by root only")
    folder, kept = running.data / part, running.data / f"{part}.kept"
    owner = folder.stat().st_uid
    running.stop("fast")
    folder.rename(kept)
    folder.mkdir()
    options = f"size={megabytes}m,mode=0700,uid={owner}"
    subprocess.run([program("mount"), "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        for path in folder.rglob("*"):
            os.chown(path, owner, -1)
        running.start()
        yield SmallDisk(folder)
    finally:
        running.stop("fast")
        shutil.rmtree(kept)
        shutil.copytree(folder, kept)
        subprocess.run([program("umount"), str(folder)], check=True)
        folder.rmdir()
        kept.rename(folder)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, -1)
        folder.chmod(0o700)
        running.start()
