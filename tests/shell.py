"""The digest program as its users start it, with an environment of its own."""

import subprocess
import sys
from pathlib import Path

from tests.receiver import Receiver

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-c", "from digest.cli import main; main()")


class Shell:
    """Runs the program with an environment of its own."""

    def __init__(self, url: str, teams: Receiver) -> None:
        """Use that database and that workflow."""
        self.url = url
        self.teams = teams
        self.environ = {
            "DATABASE_URL": url,
            "TEAMS_WEBHOOK_URL": teams.url,
            "CAPTURE_WINDOW_DAYS": "daily",
            "TEAMS_ENVELOPE": "card",
            "KUBECONFIG": "/nonexistent/kubeconfig",
        }

    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run it to its end, with more variables if given."""
        return subprocess.run(
            (*PROGRAM, *arguments),
            cwd=ROOT,
            env=self.environ | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
