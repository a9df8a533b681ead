"""Which series of ALERTS is which series of the webhooks; pure.

ALERTS has the labels of a rule's result. What Alertmanager gets has Prometheus' external labels too, and may lack
labels that ``alert_relabel_configs`` drop, so fingerprints differ and only labels can be compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Labels = Mapping[str, str]
_MOST_PLACES = 4
"""More stored series than this are not one that has lost a label, but many that another label tells apart."""
Index = dict[tuple[str, ...], dict[tuple[str, ...], list[int]]]


def match(seen: Sequence[Labels], stored: Sequence[Labels]) -> list[list[int]]:
    """Return for each seen series of an alertname the places of the stored ones that it is.

    It is those that have all of its labels, and beyond them only external ones: names that no seen series has. Where
    none has, it is a few of which it has all labels but the external ones, and which are no other's.
    """
    names = [tuple(sorted(labels)) for labels in seen]
    inner = frozenset(name for labels in seen for name in labels)
    index = _index(stored, set(names), inner)
    found = [index[known].get(_values(labels, known), []) for labels, known in zip(seen, names, strict=True)]
    taken = {place for places in found for place in places}
    if all(found) or len(taken) == len(stored):
        return found
    dropped: Index = defaultdict(lambda: defaultdict(list))
    for place, labels in enumerate(stored):
        if place not in taken:
            kept = tuple(sorted(inner & labels.keys()))
            dropped[kept][_values(labels, kept)].append(place)
    return [places or _without_dropped(labels, dropped) for labels, places in zip(seen, found, strict=True)]


def external_labels(pairs: Iterable[tuple[Labels, Labels]]) -> dict[str, str]:
    """Return the labels that every stored series of the pairs has beyond its seen one, with the same value."""
    common: set[tuple[str, str]] | None = None
    for seen, stored in pairs:
        beyond = stored.items() - seen.items()
        common = set(beyond) if common is None else common & beyond
        if not common:
            break
    return dict(sorted(common or ()))


def _index(stored: Sequence[Labels], wanted: Iterable[tuple[str, ...]], inner: frozenset[str]) -> Index:
    index: Index = {}
    for names in wanted:
        index[names] = defaultdict(list)
        for place, labels in enumerate(stored):
            if frozenset(names) == inner & labels.keys():
                index[names][_values(labels, names)].append(place)
    return index


def _without_dropped(labels: Labels, dropped: Index) -> list[int]:
    found = (
        by_values.get(_values(labels, names), [])
        for names, by_values in dropped.items()
        if all(name in labels for name in names)
    )
    return [place for places in found if len(places) <= _MOST_PLACES for place in places]


def _values(labels: Labels, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(labels[name] for name in names)
