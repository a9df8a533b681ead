"""The two programs under the clock of a replay: ``python -m demo.programs ingest serve``.

They are what people install but for the clock, which reads the file that ``DEMO_CLOCK`` names.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

import digest.cli
import ingest.cli


def replayed_now() -> datetime:
    """Return the time that the replay has come to."""
    return datetime.fromisoformat(Path(os.environ["DEMO_CLOCK"]).read_text(encoding="utf-8"))


def main() -> None:
    """Run the program that the first argument names, with the others."""
    program = sys.argv.pop(1)
    if program == "ingest":
        ingest.cli.main(replayed_now)
    else:
        digest.cli.main(replayed_now)


if __name__ == "__main__":
    main()
