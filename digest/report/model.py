"""What the page is made of, ready to be printed: words are cleaned, places and lengths are percent of the axis."""

from dataclasses import dataclass

from digest.briefing import Briefing
from digest.wording import Line


@dataclass(frozen=True)
class Bar:
    """A time on the axis, from its left edge on, in percent; both lie within 0 and 100."""

    left: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A time of day on the axis."""

    left: float
    label: str
    anchor: str
    """Which part of the label is at the tick: ``start``, ``middle`` or ``end``, so that none is cut off at an edge."""


@dataclass(frozen=True)
class Lane:
    """A group on the time line."""

    group: str
    level: str
    name: str
    """As long as fits beside a phone's edge."""
    whole: str
    """The name in full."""
    bars: tuple[Bar, ...]
    words: str
    """The times of the bars."""
    top: int
    """Where it begins, in CSS pixels."""


@dataclass(frozen=True)
class Shade:
    """A time in which nothing could be received, and what was away."""

    bar: Bar
    words: str


@dataclass(frozen=True)
class Mark:
    """Something that happened in the cluster, numbered in the order of time."""

    number: int
    left: float
    top: int
    """Of its number, in CSS pixels: numbers that are near each other stand in rows."""
    line: Line


@dataclass(frozen=True)
class Timeline:
    """The night, from left to right."""

    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    more: int
    """Groups that are not drawn."""
    shades: tuple[Shade, ...]
    marks: tuple[Mark, ...]
    height: int
    """In CSS pixels."""
    about: str
    """What is to be seen, in a sentence."""
    limits: tuple[str, ...]
    """What the picture does not show, a sentence each."""


@dataclass(frozen=True)
class NightBar:
    """A night beside the others: where its bar stands and how high it is in percent; no bar where nothing is known."""

    day: str
    count: str
    left: float
    width: float
    height: float
    tonight: bool


@dataclass(frozen=True)
class Nights:
    """The last nights as bars."""

    bars: tuple[NightBar, ...]
    usual: float | None
    """How high the usual number lies, in percent; None where there is none."""
    usual_words: str
    about: str


@dataclass(frozen=True)
class Usual:
    """A group against its usual number, on a scale of its own, in percent."""

    group: str
    name: str
    volume: str
    tonight: float
    usual: float
    last_week: float | None
    words: str


@dataclass(frozen=True)
class Compared:
    """Tonight against the nights kept."""

    nights: Nights | None
    groups: tuple[Usual, ...]
    more: int
    """Groups with a usual number that are not drawn."""


@dataclass(frozen=True)
class Proof:
    """A fact that a model was given, and whether the sentence speaks of it."""

    name: str
    value: str
    used: bool


@dataclass(frozen=True)
class Claim:
    """What a model wrote, and the facts that it was held against."""

    id: str
    about: str
    said: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class EpisodeRow:
    """An occurrence: when, for how long, of which series."""

    start: str
    end: str
    lasted: str
    series: str


@dataclass(frozen=True)
class Card:
    """All that is told of a group."""

    id: str
    level: str
    line: Line
    attention: bool
    summary: str
    figures: tuple[Line, ...]
    links: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    span: str
    """From when to when the bars' axis goes."""
    episodes: tuple[EpisodeRow, ...]
    episodes_note: str
    """How many episodes are not listed; empty where all are."""


@dataclass(frozen=True)
class Report:
    """The page."""

    brief: Briefing
    cluster: str
    timeline: Timeline | None
    """None for a night in which nothing is to be drawn."""
    compared: Compared | None
    claims: tuple[Claim, ...]
    claimed: frozenset[str]
    """The ids of the groups that a claim is about."""
    leads: tuple[str, ...]
    """The group that each item of the briefing is told by, in their order."""
    groups: tuple[Card, ...]
    more_groups: int
    """Groups that are not told one by one."""
