"""Which alerts of a message are heartbeats that beat; pure."""

from collections.abc import Iterable

from ingest.payload import Episode
from store.matchers import MatcherSet, any_matches, label_names

MOST_HEARTBEATS = 100
"""How many of one message are kept: no sender can fill the table with what only looks like a heartbeat."""


def beats(episodes: Iterable[Episode], heartbeats: tuple[MatcherSet, ...]) -> list[str]:
    """Return the fingerprints of the alerts that match and are told as firing, each once, in order."""
    names = label_names(heartbeats)
    alike: dict[tuple[str, ...], set[str]] = {}
    for one in episodes:
        if one.ends_at is None:
            alike.setdefault(tuple(one.labels.get(name, "") for name in names), set()).add(one.fingerprint)
    found = [some for values, some in alike.items() if any_matches(heartbeats, dict(zip(names, values, strict=True)))]
    return sorted(set().union(*found))[:MOST_HEARTBEATS]
