"""What a briefing is made of; names of others in it are untrusted text, cleaned."""

from dataclasses import dataclass

from digest.wording import Line


@dataclass(frozen=True)
class Item:
    """A story that requires attention, told by the alert that it begins with."""

    mark: str
    severity: str
    title: str
    place: str
    """Namespace, and the cluster where it is not the card's own; empty where neither is known."""
    state: str
    """Since when it fires, or what else it is."""
    compared: str
    """Whether it is new, chronic or worse than usual; empty where nothing is worth a word."""
    owner: str
    summary: str
    links: tuple[tuple[str, str], ...]
    """Names of ours and URLs of the alert."""
    following: int = 0
    """How many alerts follow."""
    followers: str = ""
    """How many alerts follow, which and why; empty for a story of one."""
    details: tuple[Line, ...] = ()
    """A line for each group that follows, at most eight, with what the cluster says of it."""
    cluster: tuple[str, ...] = ()
    """What the cluster says of it, a line each: what changed before, and the worst that was seen."""
    model: str = ""
    """A sentence that a language model wrote, marked as such; empty where there is none."""


@dataclass(frozen=True)
class Briefing:
    """What the night amounts to."""

    title: str
    verdict: str
    period: str
    mood: str
    """``good``, ``warning`` or ``attention``."""
    notes: tuple[str, ...]
    """What limits or explains the digest, the most serious first."""
    capture: str
    """How far the silence can be believed; empty where a note says it, and where no webhook was to tell anything."""
    attention: tuple[Item, ...]
    """Stories, most important first; all that are told by name."""
    more_attention: int
    amount: str
    """How many occurrences of how many alerts, a sentence; that none fired, or that this is not known."""
    states: str
    """How many of them fire, are without news and have cleared: no sentence; empty where there are none."""
    further: tuple[str, ...]
    """What else sums up the night, a sentence each."""
    nights: str
    """The last seven nights and how many occurrences each had; empty where only one is kept."""
    patterns: tuple[Line, ...]
    actions: tuple[Line, ...]
    severities: tuple[Line, ...]
    groups: tuple[Line, ...]
    held_back: tuple[Line, ...] = ()
    """What fires while Alertmanager tells nobody: silenced, inhibited, muted."""
    noise: tuple[Line, ...] = ()
    """The worst rules, on a Monday."""
    timeline: tuple[Line, ...] = ()
    cluster: tuple[Line, ...] = ()
    """How the cluster is when the digest is made, where something is wrong with it."""
    model_note: str = ""
    """What a model wrote or why none did; empty where none was asked."""

    @property
    def summary(self) -> tuple[str, ...]:
        """Return all that sums up the night, a line each."""
        counts = f"{self.amount.removesuffix('.')}: {self.states}." if self.states else self.amount
        return (counts, *self.further, *([self.nights] if self.nights else []))

    @property
    def sections(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """Return the titles and lines of what follows the summary; some only where they say anything."""
        some = (
            ("Silenced or inhibited", self.held_back),
            ("Time line", self.timeline),
            ("Cluster now", self.cluster),
        )
        return (
            ("Patterns", self.patterns),
            *(section for section in some if section[1]),
            ("Recommended actions", self.actions),
            *([("Noise", self.noise)] if self.noise else []),
            ("By severity", self.severities),
            ("All groups", self.groups),
        )
