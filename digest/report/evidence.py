"""What a model said of a group beside the facts that it was held against; pure."""

import re
from collections.abc import Iterator, Mapping

from digest.facts import Facts, Group, Period
from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.model.rows import COLUMNS, Row, row
from digest.model.words import advised, link_lines, marked
from digest.report.model import Claim, Proof
from digest.wording import clean, clock, duration, group_name

_TITLES = {
    "state": "State", "alert": "Alert", "namespace": "Namespace", "workload": "About", "first": "First fired",
    "last": "Last seen", "firing_for": "Fired for", "times": "Times", "alerts": "Alerts",
    "changes": "Changed before", "worst": "Worst seen",
}  # fmt: skip
_STATES = {
    "firing": "still|now|is|fires?|firing|keeps",
    "no news": "news|heard",
    "cleared": "cleared|recovered|resolved|stopped",
}
_COUNTS = {1: "once|one", 2: "twice|two"}
_WORD = re.compile(r"[\w.:/-]*[\w]")
_PLAIN = {"at", "to", "min", "before", "none", "last", "times", "now", "h", "rollout", "rollback", "scaling"}
"""Words of the rows that say nothing by themselves."""


def claims(facts: Facts) -> tuple[Claim, ...]:
    """Return what a model wrote and the verifier passed, in the order of the groups, then what it took for linked."""
    if facts.phrasing is None:
        return ()
    by_id = {group.id: group for group in facts.groups}
    written = {one.group: one for one in facts.phrasing.groups}
    told = (_of_group(written[name], group, facts.period) for name, group in by_id.items() if name in written)
    return (*filter(None, told), *_of_links(facts.phrasing, by_id, facts.period))


def _of_group(written: GroupText, group: Group, period: Period) -> Claim | None:
    said = " ".join(filter(None, (marked(written.why), advised(written, group))))
    if not said:
        return None
    return Claim(f"evidence-{group.id}", group_name(group), said, tuple(_proofs(written.why, row(group, period))))


def _of_links(phrasing: Phrasing, by_id: Mapping[str, Group], period: Period) -> Iterator[Claim]:
    links = (link for link in phrasing.links if all(group in by_id for group in link.groups))
    for number, (link, line) in enumerate(zip(links, link_lines(phrasing, by_id), strict=True), 1):
        yield Claim(f"evidence-l{number}", line.name, line.words, tuple(_shared(link, by_id, period)))


def _shared(link: LinkText, by_id: Mapping[str, Group], period: Period) -> Iterator[Proof]:
    what = "Change of" if link.kind == "rollout" else f"Same {link.kind.removeprefix('same_')}"
    yield Proof(what, clean(link.subject, 80), used=True)
    yield Proof("Minutes between", f"{link.minutes:,}", used=True)
    for one in link.groups:
        group = by_id[one]
        yield Proof(f"First fired: {clean(group.alertname, 60)}", clock(group.first_seen, period), used=True)


def _proofs(sentence: str, told: Row) -> Iterator[Proof]:
    """Yield the facts of the row that have something to say, those first that the sentence speaks of."""
    cells = dict(zip(COLUMNS, told.cells, strict=False))
    proofs = [
        Proof(title, clean(cells[name], 200), _used(name, cells[name], sentence, told))
        for name, title in _TITLES.items()
        if cells[name] != "-"
    ]
    yield from sorted(proofs, key=lambda one: not one.used)


def _used(name: str, value: str, sentence: str, told: Row) -> bool:
    """Say whether a sentence speaks of a cell of its row."""
    group = told.group
    if name == "state":
        return _found(_STATES[told.state], sentence)
    if name in {"times", "alerts"}:
        number = group.total_occurrences if name == "times" else group.series_count
        nouns = "times?" if name == "times" else "alerts?|pods?|series"
        words = rf"(?:{number}|{number:,}|{_COUNTS.get(number, number)}) (?:{nouns})"
        return _found(words, sentence) or (name == "times" and number in _COUNTS and _found(_COUNTS[number], sentence))
    if name == "firing_for":
        return _found(rf"for (?:about )?{re.escape(duration(group.firing_seconds))}", sentence)
    return any(_found(re.escape(word), sentence) for word in _WORD.findall(value) if word.lower() not in _PLAIN)


def _found(words: str, sentence: str) -> bool:
    return bool(re.search(rf"(?<![\w-])(?:{words})(?![\w-])", sentence, re.IGNORECASE))
