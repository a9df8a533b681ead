"""What a fault test found, as a row of the table of faults in docs/reliability.md."""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: written by `make reliability` -->", "<!-- end of faults -->"
_HEAD = "| Fault | Tried | Acknowledged | Lost | What was seen |\n| --- | ---: | ---: | ---: | --- |\n"


@dataclass(frozen=True)
class Fault:
    """One fault: how often it was made, and what became of what had been acknowledged."""

    where: str
    """Which part of the product or its surroundings: a heading of the table."""
    name: str
    tried: int
    """How often the suite made it."""
    acknowledged: int
    """Alerts that senders were told are kept, or cards that the workflow took."""
    lost: int
    """How many of them were missing afterwards."""
    seen: str
    """What a sender, the database or the workflow saw; the same in each run."""


def table(faults: list[Fault]) -> str:
    """Return the table in Markdown, a part for each place, in the order in which they were reported."""
    places = dict.fromkeys(fault.where for fault in faults)
    parts = [_part(where, [fault for fault in faults if fault.where == where]) for where in places]
    return "\n".join(parts) + f"\n{_sum(faults)}\n"


def write(faults: list[Fault], page: Path = PAGE) -> None:
    """Put the table into the page, between its two marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table(faults)}\n{END}{after}", encoding="utf-8")


def named(page: Path = PAGE) -> set[tuple[str, str, str]]:
    """Return the faults that the page tells, each by its place, its name and what was seen."""
    _, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    where, found = "", set()
    for line in rest.partition(END)[0].splitlines():
        if line.startswith("### "):
            where = line.removeprefix("### ")
        elif line.startswith("| ") and not _HEAD.startswith(line) and "---" not in line:
            name, *_, seen = line.strip("| ").split(" | ")
            found.add((where, name, seen))
    return found


def _part(where: str, faults: list[Fault]) -> str:
    return f"### {where}\n\n{_HEAD}" + "".join(map(_row, faults))


def _row(fault: Fault) -> str:
    return f"| {fault.name} | {fault.tried:,} | {fault.acknowledged:,} | {fault.lost:,} | {fault.seen} |\n"


def _sum(faults: list[Fault]) -> str:
    tried, acknowledged = sum(fault.tried for fault in faults), sum(fault.acknowledged for fault in faults)
    lost = sum(fault.lost for fault in faults)
    return f"{len(faults)} faults, tried {tried:,} times; {acknowledged:,} alerts and cards acknowledged, {lost} lost."
