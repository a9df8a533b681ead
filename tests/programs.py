"""Programs of the machine that tests use."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest


def program(name: str) -> str:
    """Return the path of a program; a laptop without it skips the test by name, CI fails."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return found or lacking(f"{name} is not installed")


def lacking(reason: str) -> NoReturn:
    """Skip the test by name for what this laptop lacks; CI, which must have it, fails."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI must have it")
    pytest.skip(reason)


@dataclass(frozen=True)
class Certificate:
    """A certificate that only vouches for itself: the certificate alone, and with its key."""

    alone: Path
    with_key: Path


def self_signed(folder: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Make a certificate for a name, as openssl writes it, in a folder."""
    made = Certificate(folder / "cert.pem", folder / "both.pem")
    about = ["-days", "1", "-subj", "/CN=test", "-addext", f"subjectAltName={name}"]
    command = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", *about]
    subprocess.run([*command, "-keyout", str(made.with_key), "-out", str(made.alone)], check=True, capture_output=True)
    made.with_key.write_text(made.with_key.read_text() + made.alone.read_text())
    return made
