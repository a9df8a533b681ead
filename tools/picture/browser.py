"""Chromium without a window, told what to do through a pipe.

The protocol is that of its developer tools (https://chromedevtools.github.io/devtools-protocol): JSON messages that end
with a NUL byte. So it needs neither a port nor a library, keeps to the width of a phone (a headless window alone is
never narrower than 500 px) and draws many pages after one start.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_DEADLINE_SECONDS = 60
_CHUNK_BYTES = 1 << 20
_FLAGS = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--hide-scrollbars", "--disable-gpu",
    "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--disable-quic", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


class NoBrowserError(Exception):
    """There is no Chromium to draw with."""


class BrowserError(Exception):
    """The browser did not do what it was asked for, or not in time."""


def chromium() -> str:
    """Return the path of Chromium or Chrome; raises NoBrowserError."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoBrowserError(f"none of {', '.join(_NAMES)} is installed")
    return found


class Browser:
    """A running Chromium, by the ends of its pipes."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        """Take the descriptor to write to and the one to read from."""
        self._to, self._from = to_browser, from_browser
        self._count, self._rest, self._events = 0, b"", list[dict[str, Any]]()

    def call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Return the result of a method of the protocol; raises BrowserError."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while (answer := self._read(deadline)).get("id") != self._count:
            self._events.append(answer)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def take_events(self, session: str) -> list[dict[str, Any]]:
        """Return what was told of a page since it was last asked for."""
        taken = [event for event in self._events if event.get("sessionId") == session]
        self._events = [event for event in self._events if event.get("sessionId") != session]
        return taken

    def _write(self, message: bytes) -> None:
        try:
            while message:
                message = message[os.write(self._to, message) :]
        except BrokenPipeError as error:
            raise BrowserError("the browser has ended") from error

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise BrowserError(f"the browser did not answer in {_DEADLINE_SECONDS} s")
            chunk = os.read(self._from, _CHUNK_BYTES)
            if not chunk:
                raise BrowserError("the browser has ended")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium with a profile of its own until the block ends; raises NoBrowserError."""
    program = chromium()
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(prefix="alertgest-chromium-", ignore_cleanup_errors=True) as profile:
        process = _start([program, *_FLAGS, *_of_root(), f"--user-data-dir={profile}"], theirs_in, theirs_out)
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        finally:
            os.close(ours_out)  # which ends it
            os.close(ours_in)
            _end(process)


def _start(command: list[str], reads: int, writes: int) -> "subprocess.Popen[bytes]":
    """Start the browser with the pipe as its descriptors 3 and 4, which only a shell can give it."""
    shell = ["bash", "-c", f'exec "$0" "$@" 3<&{reads} 4>&{writes}', *command]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(shell, pass_fds=(reads, writes), stdin=nothing, stdout=nothing, stderr=nothing)  # noqa: S603


def _of_root() -> list[str]:
    """Return what root needs, for whom the sandbox does not start."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
