"""Write the files of the chart that other sources decide: the time zones, and the roles' table is checked by tests.

``make docs`` runs it.
"""

from importlib import resources
from pathlib import Path

CHART = Path(__file__).parents[1] / "charts" / "alertgest"
ZONES = CHART / "files" / "timezones.txt"


def time_zones() -> str:
    """Return the names of the time zones, a line each, as the pinned package ``tzdata`` has them."""
    return (resources.files("tzdata") / "zones").read_text(encoding="utf-8").strip() + "\n"


if __name__ == "__main__":
    ZONES.write_text(time_zones(), encoding="utf-8")
