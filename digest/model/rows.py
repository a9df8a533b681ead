"""Groups as rows of the prompt: every number, time and name as it is to be printed; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.facts import Facts, Group, Period, ResourceKind
from digest.model.links import Link
from digest.model.untrusted import name, quoted
from digest.wording import clock, duration

_STATES = {"firing": "still firing", "no news": "no news", "cleared": "has cleared"}
COLUMNS = (
    "id", "severity", "state", "alert", "namespace", "workload", "first", "last", "firing_for", "times", "alerts",
    "changes", "worst", "said",
)  # fmt: skip


CHANGES_TOLD = 2


@dataclass(frozen=True)
class Row:
    """One group in the prompt; only ``said`` is free text of others."""

    key: str
    group: Group
    period: Period
    cells: tuple[str, ...]
    said: str

    @property
    def words(self) -> str:
        """The cells but the quoted one as one text."""
        return " ".join(self.cells)

    @property
    def trusted(self) -> str:
        """What says what the alert is about: its name, what its series name, how its containers ended."""
        group, worst = self.group, self.group.worst_state
        kinds = [kind.label for kind in group.resources if kind.total == 1 and kind.label not in {"node", "instance"}]
        ends = [worst.status, worst.reason] if worst else []
        return " ".join([self.alertname, group.workload.kind if group.workload else "", *kinds, *ends])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that all series have with one value, such as ``node``."""
        return tuple(kind.label for kind in _single(self.group))

    @property
    def alertname(self) -> str:
        """The name of the alert as the prompt has it."""
        return name(self.group.alertname)

    @property
    def severity(self) -> str:
        """The severity as the prompt has it."""
        return _severity(self.group)

    @property
    def about(self) -> tuple[str, ...]:
        """The names that the alert is about: of its workload, or of the one object that all series name."""
        if self.group.workload:
            return (name(self.group.workload.name),)
        return tuple(name(kind.top[0].name) for kind in _single(self.group) if kind.label != "node")

    @property
    def places(self) -> tuple[str, ...]:
        """The names that say where it is."""
        nodes = (name(kind.top[0].name) for kind in _single(self.group))
        return (*self.about, *nodes, *([name(self.group.namespace)] if self.group.namespace else []))

    @property
    def reason(self) -> str:
        """How most of its containers ended badly; empty where none did."""
        worst = self.group.worst_state
        return name(worst.reason) if worst and worst.ends and worst.reason else ""

    def clock(self, moment: datetime | None) -> str:
        """Return a time as the prompt has it; empty for none."""
        return clock(moment, self.period) if moment else ""

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
    return Row(cells[0], group, period, cells, quoted(group.summary) or "-")


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
    return next((f"{kind.label} {name(kind.top[0].name)}" for kind in _single(group)), "")


def _single(group: Group) -> Iterator[ResourceKind]:
    """Yield what all series of a group name one of."""
    yield from (kind for kind in group.resources if kind.total == 1 and kind.label != "instance")


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
        for one in group.changes[:CHANGES_TOLD]
    ]


def _worst(group: Group, period: Period) -> str:
    worst = group.worst_state
    if worst is None:
        return ""
    told = [name(worst.status)] if worst.status else []
    if worst.ends and worst.last_end:
        told.append(f"{name(worst.reason)} {worst.ends} times, last {clock(worst.last_end, period)}")
    return "; ".join(told)
