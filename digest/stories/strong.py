"""Groups that share a workload, a volume or a rollout; one such subject never ties what it is not about; pure.

Groups of one workload or volume belong together as long as each begins before, or not more than ``NEAR`` after, the
end of an earlier one. A claim belongs to the StatefulSet whose name its own ends with (``data-db-0`` to ``db``), or to
the workload of its own name: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.stories.model import By
from digest.stories.nodes import Incident
from digest.stories.signs import NEAR, Place, Sign
from digest.stories.ties import Tie

Owners = dict[int, tuple[str, ...]]
_OF_STATEFUL_SET = re.compile(r"(?P<name>.+)-\d{1,4}")


@dataclass(frozen=True)
class Subject:
    """What signs may share: ``kind`` and ``name`` tell one from another."""

    place: Place
    kind: By
    name: str


def mates(incidents: Iterable[Incident], signs: Sequence[Sign]) -> tuple[Tie, ...]:
    """Return ties of groups that are not on a bad node but share a subject with one that is, in its bad time.

    Where several nodes were bad, the first counts.
    """
    known = _claims_of(signs)
    there: dict[Subject, list[tuple[Incident, Sign]]] = defaultdict(list)
    inside = set()
    for incident in sorted(incidents, key=lambda one: (one.time.start, one.time.node)):
        for sign in incident.signs:
            inside.add(sign.number)
            for subject in _subjects(sign, known):
                there[subject].append((incident, sign))
    return tuple(tie for sign in signs if sign.number not in inside for tie in _first(_to_incident(sign, there, known)))


def chains(signs: Sequence[Sign]) -> tuple[Tie, ...]:
    """Return ties between groups that share a subject and a time; ``signs`` must be in their order."""
    known = _claims_of(signs)
    by_subject: dict[Subject, list[Sign]] = defaultdict(list)
    for sign in signs:
        for subject in _subjects(sign, known):
            by_subject[subject].append(sign)
    in_time = (tie for subject, some in by_subject.items() for tie in _chain(subject, some))
    return (*in_time, *_releases(signs))


def _first(ties: Iterator[Tie]) -> Iterator[Tie]:
    return (tie for tie in (next(ties, None),) if tie)


def _to_incident(
    sign: Sign, there: dict[Subject, list[tuple[Incident, Sign]]], known: dict[tuple[Place, str], str]
) -> Iterator[Tie]:
    for subject in _subjects(sign, known):
        for incident, member in there.get(subject, ()):
            if incident.time.near(sign.start):
                yield _tie(sign, member, subject)


def _chain(subject: Subject, signs: Sequence[Sign]) -> Iterator[Tie]:
    """Yield a tie from each sign to the first earlier one that had not ended long before."""
    lasting = deque[Sign]()
    for sign in signs:
        while lasting and lasting[0].end + NEAR < sign.start:
            lasting.popleft()
        if lasting:
            yield _tie(sign, lasting[0], subject)
        lasting.append(sign)


def _tie(sign: Sign, other: Sign, subject: Subject) -> Tie:
    claim = sign.claim or other.claim
    if claim:
        return Tie(sign, other, "volume", claim)
    same = {change.at for change in sign.rollouts} & {change.at for change in other.rollouts}
    return Tie(sign, other, "rollout" if same else subject.kind, subject.name)


def _subjects(sign: Sign, known: dict[tuple[Place, str], str]) -> Iterator[Subject]:
    if sign.claim:
        yield Subject(sign.place, "volume", sign.claim)
    owner = sign.workload or known.get((sign.place, sign.claim), "")
    if owner:
        yield Subject(sign.place, "workload", owner)


def _claims_of(signs: Iterable[Sign]) -> dict[tuple[Place, str], str]:
    """Return the workload that each claim belongs to by its name, where a group is about that workload."""
    workloads = {(sign.place, sign.workload) for sign in signs if sign.workload}
    found = {}
    for sign in signs:
        owners = (name for name in _owners(sign.claim) if (sign.place, name) in workloads)
        if owner := next(owners, ""):
            found[sign.place, sign.claim] = owner
    return found


def _owners(claim: str) -> Iterator[str]:
    """Yield which workloads a claim of that name may belong to, the longest name first."""
    namespace, _, name = claim.partition("/")
    yield claim
    match = _OF_STATEFUL_SET.fullmatch(name)
    parts = match["name"].split("-") if match else []
    for number in range(1, len(parts)):
        yield f"{namespace}/{'-'.join(parts[number:])}"


@dataclass(frozen=True)
class _Taken:
    """A sign whose workload took an image at a time."""

    at: datetime
    sign: Sign


def _releases(signs: Iterable[Sign]) -> Iterator[Tie]:
    """Yield ties between workloads that took one new image within ``NEAR``, of groups that began near each other."""
    by_image: dict[tuple[Place, str], list[_Taken]] = defaultdict(list)
    for sign in signs:
        for change in sign.rollouts:
            if change.after and change.after != change.before:
                by_image[sign.place, change.after].append(_Taken(change.at, sign))
    for (_, image), some in by_image.items():
        for number, taken in enumerate(some):
            if first := _taken_before(taken, some[:number]):
                yield Tie(taken.sign, first, "rollout", image)


def _taken_before(taken: _Taken, earlier: Iterable[_Taken]) -> Sign | None:
    some = (one for one in earlier if one.sign is not taken.sign and abs(one.at - taken.at) <= NEAR)
    return next((one.sign for one in some if one.sign.end + NEAR >= taken.sign.start), None)
