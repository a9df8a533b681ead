"""Coverage-guided fuzzing of the webhook parser and of the card, for ``make fuzz``; ends at the first crash.

Needs the package ``atheris`` and the product; FUZZ_SECONDS says how long (600), and the arguments are libFuzzer's
(https://llvm.org/docs/LibFuzzer.html#options).
"""

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["digest", "ingest", "store"]):
    from tests.fuzz import target


def main() -> None:
    """Fuzz until the time is over."""
    seconds = os.environ.get("FUZZ_SECONDS", "600")
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds()):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20", corpus], target.one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
