"""Severities: their order, their other names, and how unknown ones rank."""

from dataclasses import dataclass

from digest.facts import Level


@dataclass(frozen=True)
class Severities:
    """``order`` is from the worst to the least; ``aliases`` maps other names to names of the order, all lower case."""

    order: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]

    def known(self, severity: str) -> str | None:
        """Return the name of the order that a severity as sent stands for, or None."""
        name = severity.strip().lower()
        name = dict(self.aliases).get(name, name)
        return name if name in self.order else None

    def rank(self, severity: str) -> float:
        """Return where it sorts: 0 is the worst; unknown severities come just before the least."""
        name = self.known(severity)
        return len(self.order) - 1.5 if name is None else self.order.index(name)

    def level(self, severity: str) -> Level:
        """Return how it is shown: the first of the order is critical, the last info, what is between warning."""
        name = self.known(severity)
        if name is None:
            return "other"
        if name == self.order[0]:
            return "critical"
        return "info" if name == self.order[-1] else "warning"

    def at_least(self, severity: str, threshold: str) -> bool:
        """Whether a severity as sent is as bad as the threshold, a name of the order; unknown ones count."""
        name = self.known(severity)
        return name is None or self.order.index(name) <= self.order.index(threshold)


def parse_aliases(value: str) -> tuple[tuple[str, str], ...]:
    """Take ``page=critical,major=warning``; raises ValueError with what is expected."""
    pairs = [part.strip().lower().partition("=") for part in value.split(",") if part.strip()]
    if any(not name.strip() or not target.strip() for name, _, target in pairs):
        raise ValueError(f"must be pairs such as page=critical,major=warning, not {value!r}")
    return tuple((name.strip(), target.strip()) for name, _, target in pairs)
