"""From ties to stories: the headline, who follows it and why, and which story comes first; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from digest.stories.model import By, Joined, Story, StoryKind
from digest.stories.signs import LEVELS, Sign
from digest.stories.ties import Tie, neighbours, paths, together

_STRENGTH = get_args(By)
_NODE, _CLAIM, _NEITHER = range(3)
Beside = dict[int, list[Tie]]


def tell(signs: Sequence[Sign], ties: Sequence[Tie]) -> tuple[Story, ...]:
    """Return the stories that ties make of signs: first what requires attention, then by the most important group.

    What fires or is stale comes before a critical that has cleared, as elsewhere on the card.
    """
    beside = neighbours(ties)
    parts = sorted(together(signs, ties), key=_importance)
    return tuple(_story(f"s{number}", part, beside) for number, part in enumerate(parts, 1))


def headline(signs: Sequence[Sign], beside: Beside) -> Sign:
    """Return the sign of a story that is told first; of these rules the first that decides counts.

    1. one that is about the node which others are on;
    2. one that is about the claim which others use;
    3. the loudest: critical, warning, other, info;
    4. what is about a workload as a whole;
    5. the earliest.

    So a node or a volume is told before a louder alert of what sits on it, and a workload only before one as loud.
    """

    def rank(sign: Sign) -> tuple[object, ...]:
        return (_explains(sign, beside), LEVELS.index(sign.group.level), _in_part(sign), sign.order)

    return min(signs, key=rank)


def _explains(sign: Sign, beside: Beside) -> int:
    shared = {(tie.by, tie.subject) for tie in beside.get(sign.number, ())}
    if sign.node_level and ("node", sign.nodes[0]) in shared:
        return _NODE
    return _CLAIM if sign.claim and ("volume", sign.claim) in shared else _NEITHER


def _in_part(sign: Sign) -> bool:
    """Say whether it is not about a workload as a whole."""
    return not sign.workload or any(kind.label == "pod" for kind in sign.group.resources)


def _importance(signs: Iterable[Sign]) -> tuple[int, int]:
    reasons = {sign.group.attention for sign in signs}
    urgent = 0 if reasons & {"firing", "stale"} else 1 if "cleared_critical" in reasons else 2
    return (urgent, min(sign.number for sign in signs))


def _story(name: str, signs: Sequence[Sign], beside: Beside) -> Story:
    first = headline(signs, beside)
    groups = [sign.group for sign in sorted(signs, key=lambda sign: (sign is not first, sign.number))]
    reasons = {tie.other.number: _joined(tie) for tie in paths(first, beside)}
    told = tuple(reasons[number] for number in sorted(reasons))
    kind, subject = _about(first, told, _explains(first, beside))
    return Story(
        name,
        tuple(group.id for group in groups),
        first.group.id,
        kind,
        subject,
        told,
        min(group.first_seen for group in groups),
        max(group.last_seen for group in groups),
        sum(group.series_count for group in groups[1:]),
        sum(group.firing_count for group in groups),
        any(group.attention for group in groups),
    )


def _joined(tie: Tie) -> Joined:
    return Joined(tie.other.group.id, tie.by, tie.subject, tie.one.group.id)


def _about(first: Sign, reasons: Sequence[Joined], explains: int) -> tuple[StoryKind, str]:
    """Return the node or claim of the headline, or else what most followers share, of two as many the stronger."""
    if not reasons:
        node = first.nodes[0] if first.node_level else ""
        return "alone", node or first.workload or first.claim or first.namespace or first.group.alertname
    if explains == _NODE:
        return "node", first.nodes[0]
    if explains == _CLAIM:
        return "volume", first.claim
    counts = Counter((one.by, one.subject) for one in reasons)
    return min(counts, key=lambda shared: (-counts[shared], _STRENGTH.index(shared[0]), shared[1]))
