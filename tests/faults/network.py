"""A network of its own for a test: loopback alone, in which packets can be dropped; Linux, root."""

import ctypes
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import lacking, program

_CLONE_NEWNET = 0x40000000
"""Source: namespaces(7)."""


@contextmanager
def own_network() -> Iterator[None]:
    """Let this thread, and what it starts inside the block, have a network without a way out."""
    here = Path("/proc/thread-self/ns/net")
    libc = ctypes.CDLL(None, use_errno=True)
    if not here.exists():
        lacking("network namespaces are Linux's")
    with here.open("rb") as before:
        if libc.unshare(_CLONE_NEWNET):
            lacking("a network of its own is made by root only")
        try:
            subprocess.run([program("ip"), "link", "set", "lo", "up"], check=True)
            yield
        finally:
            libc.setns(before.fileno(), _CLONE_NEWNET)


@contextmanager
def vanished(port: int) -> Iterator[None]:
    """Drop every packet to and from a port, as if its machine had gone without a word; in ``own_network`` only."""
    for direction in ("--dport", "--sport"):
        drop = ["-A", "INPUT", "-p", "tcp", direction, str(port), "-j", "DROP"]
        subprocess.run([program("iptables"), *drop], check=True)
    try:
        yield
    finally:
        subprocess.run([program("iptables"), "-F", "INPUT"], check=True)
