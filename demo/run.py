"""One night through the real programs: database, receiver, replay, digest, and a stand-in for the Teams workflow."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import requests

from demo.listener import listener
from demo.night import MINUTES, moment
from demo.postgres import cluster, free_port
from demo.record import RECORDING
from demo.replay import Replay, last_evening, live_through, load, local_session

_TAKEN = 202
"""What a Teams workflow answers, with an empty body."""
_BAR = 40
_DEADLINE_SECONDS = 30


@contextmanager
def ingest(environ: dict[str, str]) -> Iterator[str]:
    """Run the receiver in a process of its own; yield the address for webhooks once it is ready."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(_command("ingest", "serve"), env=environ, stderr=log)
        address = f"http://127.0.0.1:{environ['APP_PORT']}"
        try:
            _wait_until_ready(f"{address}/ready", process, log)
            yield f"{address}/api/v1/alerts"
        finally:
            process.terminate()
            process.wait(_DEADLINE_SECONDS)


def tell_the_night(output: Path) -> int:
    """Do all of it and return the exit code of the digest."""
    evening = last_evening(datetime.now(UTC))
    messages = load(RECORDING, evening)
    home = Path(tempfile.mkdtemp(prefix="alertgest-demo-"))
    try:
        with cluster() as running, listener(_TAKEN) as (workflow, bodies):
            replay = Replay("", home / "clock")
            replay.set_clock(evening)
            environ = _environ(running.server.url("postgres"), workflow, replay.clock_file)
            subprocess.run(_command("ingest", "migrate"), env=environ, check=True, stdout=subprocess.DEVNULL)
            morning = evening + (moment(MINUTES) - moment(0))
            with ingest(environ) as url:
                live_through(messages, Replay(url, replay.clock_file), morning, lambda done: _bar(done, len(messages)))
            replay.set_clock(morning)
            done = subprocess.run(_command("digest", "run"), env=environ, check=False, capture_output=True, text=True)
            if done.returncode == 0:
                _keep(bodies.get(timeout=_DEADLINE_SECONDS), environ, output)
            else:
                print(done.stderr, file=sys.stderr)
            return done.returncode
    finally:
        shutil.rmtree(home)


def _keep(body: bytes, environ: dict[str, str], output: Path) -> None:
    output.mkdir(exist_ok=True)
    card = json.loads(body)["attachments"][0]["content"]
    (output / "card.json").write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    listed = subprocess.run(_command("digest", "history"), env=environ, check=True, capture_output=True, text=True)
    digest_id = listed.stdout.split()[0]
    for name, form in (("digest.html", "html"), ("facts.json", "facts")):
        command = _command("digest", "show", digest_id, "--format", form, "--output", str((output / name).resolve()))
        subprocess.run(command, env=environ, check=True)
    print()
    subprocess.run(_command("digest", "show", digest_id), env=environ, check=True)
    print(f"\nThe card as it was posted: {output / 'card.json'}")
    print(f"The night as a page:       {output / 'digest.html'}")
    print(f"The facts:                 {output / 'facts.json'}")


def _environ(database_url: str, workflow: str, clock_file: Path) -> dict[str, str]:
    """Return an environment without proxies: nothing is to leave this machine."""
    ours = {
        "DATABASE_URL": database_url,
        "TEAMS_WEBHOOK_URL": workflow,
        "APP_PORT": str(free_port()),
        "APP_METRICS_PORT": str(free_port()),
        "CAPTURE_WINDOW_DAYS": "daily",
        "CLUSTER_NAME": "prod-eu",
        "DEMO_CLOCK": str(clock_file),
        "KUBECONFIG": str(clock_file.with_name("no-kubeconfig")),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    screen = {name: os.environ[name] for name in ("TERM", "COLUMNS", "NO_COLOR") if name in os.environ}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"} | screen | ours


def _command(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "demo.programs", program, *arguments]


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    with local_session() as session:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if session.get(url, timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
    log.seek(0)
    raise RuntimeError(f"the receiver did not become ready: {log.read().decode(errors='replace')}")


def _bar(done: int, total: int) -> None:
    if sys.stdout.isatty() or done == total:
        filled = _BAR * done // total
        start = "\r" if sys.stdout.isatty() else ""
        end = "\n" if done == total else ""
        print(
            f"{start}night replayed [{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total} webhooks",
            end=end,
            flush=True,
        )
