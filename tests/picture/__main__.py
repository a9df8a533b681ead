"""Draw every kind of card, light and dark, for a phone and a window: ``python -m tests.picture FOLDER``."""

import sys
from pathlib import Path

from tests.picture.kinds import KINDS
from tests.picture.looks import LOOKS, keep, shots
from tools.picture.browser import browser
from tools.picture.packages import install


def main() -> int:
    """Write the pictures; return the exit code."""
    folder, *names = sys.argv[1:]
    packages = install()
    with browser() as running:
        for name in names or KINDS:
            for look in LOOKS:
                keep(Path(folder), name, look, shots(running, packages, KINDS[name](), look))
    return 0


if __name__ == "__main__":
    sys.exit(main())
