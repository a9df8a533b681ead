"""``make demo``: replay the night, print the card, say where the rest is."""

import sys
from pathlib import Path

from demo.run import tell_the_night

OUTPUT = Path("demo-output")

if __name__ == "__main__":
    try:
        sys.exit(tell_the_night(OUTPUT))
    except KeyboardInterrupt:
        sys.exit(130)
