"""Groups as rows of the prompt: every number, time and name as it is to be printed; pure."""

from dataclasses import dataclass

from digest.facts import Facts, Group, Period
from digest.model.links import Link
from digest.model.untrusted import name, quoted
from digest.wording import clock, duration

_STATES = {"firing": "still firing", "no news": "no news", "cleared": "has cleared"}
COLUMNS = (
    "id", "severity", "state", "alert", "namespace", "workload", "first", "last", "firing_for", "times", "alerts",
    "changes", "worst", "said",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One group in the prompt; only ``said`` is free text of others."""

    key: str
    group: Group
    cells: tuple[str, ...]
    said: str

    @property
    def words(self) -> str:
        """The trusted cells as one text: what a sentence about the group may repeat."""
        return " ".join(self.cells)

    @property
    def state(self) -> str:
        """How the group stands: ``firing``, ``no news`` or ``cleared``."""
        return state(self.group)


def rows(facts: Facts) -> tuple[Row, ...]:
    """Return a row for each group, what requires attention first, then in the order of the facts."""
    ordered = sorted(facts.groups, key=lambda group: (group.attention is None, int(group.id[1:])))
    return tuple(row(group, facts.period) for group in ordered)


def row(group: Group, period: Period) -> Row:
    """Return the row of a group."""
    cells = (
        key_of(group.id),
        _severity(group),
        _STATES[state(group)],
        name(group.alertname),
        name(group.namespace or "-"),
        _about(group) or "-",
        clock(group.first_seen, period),
        "now" if group.firing_count else clock(group.last_seen, period),
        duration(group.firing_seconds),
        f"{group.total_occurrences}",
        f"{group.series_count}",
        "; ".join(_change(group, period)) or "-",
        _worst(group, period) or "-",
    )
    return Row(cells[0], group, cells, quoted(group.summary) or "-")


def key_of(group_id: str) -> str:
    """Return the key of a group in prompt and schema: G01 for g1, which sorts as it counts."""
    return f"G{int(group_id[1:]):02}"


def link_cells(number: int, link: Link) -> tuple[str, ...]:
    """Return the cells of a candidate link."""
    return (f"L{number:02}", " ".join(map(key_of, link.groups)), f"{link.kind} {name(link.subject)}", f"{link.minutes}")


def _about(group: Group) -> str:
    """Return the workload, or else the one node, claim or other object that all series name."""
    if group.workload:
        return f"{group.workload.kind} {name(group.workload.name)}"
    single = (kind for kind in group.resources if kind.total == 1 and kind.label != "instance")
    return next((f"{kind.label} {name(kind.top[0].name)}" for kind in single), "")


def _severity(group: Group) -> str:
    """Return a severity of ours: the one that was sent may be any word."""
    return "unknown" if group.level == "other" else group.level


def state(group: Group) -> str:
    """Return the state as the prompt and the verifier have it."""
    return "firing" if group.firing_count else "no news" if group.stale_count else "cleared"


def _change(group: Group, period: Period) -> list[str]:
    return [
        f"{one.kind} {name(one.before or 'none')} to {name(one.after)} at {clock(one.at, period)}, "
        f"{one.minutes_before} min before"
        for one in group.changes[:2]
    ]


def _worst(group: Group, period: Period) -> str:
    worst = group.worst_state
    if worst is None:
        return ""
    told = [name(worst.status)] if worst.status else []
    if worst.ends and worst.last_end:
        told.append(f"{name(worst.reason)} {worst.ends} times, last {clock(worst.last_end, period)}")
    return "; ".join(told)
