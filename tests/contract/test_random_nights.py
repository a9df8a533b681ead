"""Random nights against a reference: what happened is simulated, told in messages, merged, read, and compared.

The reference is written from the definitions: an episode counts where it overlaps the night, its time is clipped to the
night, a series fires at the cut-off where its last episode has not ended. What nobody was told of does not count, and
what was not told in time is a known bound: without its resolve an episode is carried to a second before the next start
of its series, or fires until it is stale; without the first messages a moved start is the start.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from digest.facts import Group, Period
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from store.queries import queries
from tests.rows import NIGHT, at

MORNING = at("08:00")
MINUTE = timedelta(minutes=1)
REPEAT = timedelta(hours=4)
MOVED = timedelta(seconds=30)
SETTINGS = read_settings({"DATABASE_URL": "postgresql://u@h/d"}).alerts
Outage = tuple[datetime, datetime]


@dataclass(frozen=True)
class Episode:
    """One firing as it happened; ``lost`` when nobody was told of its end."""

    start: datetime
    end: datetime
    lost: bool


@dataclass(frozen=True)
class Counts:
    """What is compared of a series; times are cut to the second."""

    occurrences: int
    firing: int
    stale: int
    flapping: int
    seconds: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Message:
    """What the receiver got, and when."""

    name: str
    start: datetime
    end: datetime | None
    received: datetime


def series(pick: random.Random) -> list[Episode]:
    """Episodes of one series, three minutes or more apart."""
    result = []
    moment = NIGHT - timedelta(minutes=pick.randrange(300))
    for _ in range(pick.randrange(1, 6)):
        start = moment + timedelta(minutes=pick.randrange(3, 200))
        end = start + timedelta(minutes=pick.randrange(1, 240))
        if start >= MORNING:
            break
        result.append(Episode(start, end, pick.random() < 0.2))
        moment = end
    return result


def messages(name: str, episodes: list[Episode], pick: random.Random) -> Iterator[Message]:
    """Yield what two replicas send until the morning: each a little later than the other, some of it twice."""
    for episode in episodes:
        told = episode.start
        if pick.random() < 0.2:  # the replica that saw it later is the first to tell; the earlier start wins
            yield Message(name, episode.start + MOVED, None, told + MOVED)
            told += MOVED + timedelta(seconds=1)
        while told < min(episode.end, MORNING):
            for _ in range(pick.randrange(1, 3)):
                yield Message(name, episode.start, None, told + timedelta(seconds=pick.randrange(15)))
            told += REPEAT
        if not episode.lost and episode.end < MORNING:
            for _ in range(pick.randrange(1, 3)):
                received = episode.end + timedelta(seconds=pick.randrange(15))
                yield Message(name, episode.start, episode.end, received)


def outage(pick: random.Random) -> Outage:
    """Return when the receiver was away, and everything that was sent to it lost; in half of the nights never."""
    start = NIGHT + timedelta(minutes=pick.randrange(-120, 840))
    return start, start + timedelta(minutes=pick.choice((0, pick.randrange(1, 300))))


def heard(told: list[Message], away: Outage) -> list[Message]:
    """Return the messages that the receiver got before the digest was made."""
    return [one for one in told if one.received < MORNING and not away[0] <= one.received < away[1]]


def as_known(episodes: list[Episode], told: list[Message]) -> Iterator[tuple[Episode, datetime]]:
    """Yield each episode of which a message came, as the messages tell it, with the last firing one's receipt."""
    for episode in episodes:
        ours = [one for one in told if one.start in {episode.start, episode.start + MOVED}]
        if ours:
            firing = [one.received for one in ours if one.end is None]
            start = min(one.start for one in ours)
            resolved = any(one.end for one in ours)
            yield Episode(start, episode.end, not resolved), max(firing, default=episode.end)


def reference(episodes: list[Episode], told: list[Message]) -> Counts | None:
    """Return the figures of a series from the definitions; None where nothing of it is in the night."""
    known = list(as_known(episodes, told))
    spans, firing, stale = [], 0, 0
    for number, (episode, last) in enumerate(known):
        end, following = episode.end, [one.start for one, _ in known[number + 1 : number + 2]]
        forgotten = False
        if episode.lost:
            forgotten = not following and MORNING - last > SETTINGS.stale_after
            end = last if forgotten else MORNING + MINUTE
            if following:
                end = last if following[0] - last > SETTINGS.stale_after else following[0] - timedelta(seconds=1)
        if end > NIGHT or forgotten:
            spans.append((episode.start, end))
            firing, stale = firing or int(end > MORNING), stale or int(forgotten)
    if not spans:
        return None
    clipped = (min(end, MORNING) - max(start, NIGHT) for start, end in spans)
    return Counts(
        len(spans),
        firing,
        stale,
        int(len(spans) >= 3),
        sum(max(0, int(one.total_seconds())) for one in clipped),
        spans[0][0],
        min(spans[-1][1], MORNING),
    )


def merge(conn: psycopg.Connection[Any], told: list[Message]) -> None:
    """Merge the messages one by one, with the receiver's own statement."""
    statement = queries("ingest", "ingest.sql")["merge"]
    for one in told:
        row = {
            "number": 0,
            "fingerprint": one.name,
            "labels": {"alertname": one.name, "severity": "warning"},
            "annotations": {},
            "generator_url": "",
            "starts_at": one.start.isoformat(),
            "ends_at": one.end.isoformat() if one.end else None,
        }
        message = {"number": 0, "source": "default", "received_at": one.received.isoformat()}
        conn.execute(statement, {"messages": Jsonb([message]), "rows": Jsonb([row]), "discard": False})


@pytest.mark.parametrize("batch", range(10))
def test_the_facts_of_random_nights_are_those_of_the_reference(database: str, batch: int) -> None:
    with connect(database) as conn:
        for seed in range(batch * 20, batch * 20 + 20):
            pick = random.Random(seed)
            happened = {f"Series{number}": series(pick) for number in range(5)}
            told = heard([one for name, some in happened.items() for one in messages(name, some, pick)], outage(pick))
            pick.shuffle(told)
            with conn.transaction(force_rollback=True):
                merge(conn, told)
                facts = read_facts(conn, Period(NIGHT, MORNING, MORNING, "UTC"), SETTINGS, "scheduled")
            found = {group.alertname: counts_of(group) for group in facts.groups}
            expected = {
                name: reference(some, [one for one in told if one.name == name]) for name, some in happened.items()
            }
            assert found == {name: counts for name, counts in expected.items() if counts}, f"seed {seed}"


def counts_of(group: Group) -> Counts:
    return Counts(
        group.total_occurrences,
        group.firing_count,
        group.stale_count,
        group.flapping_series,
        group.firing_seconds,
        group.first_seen,
        group.last_seen,
    )
