"""Random nights against a reference: what happened is simulated, told in messages, merged, read, and compared.

The reference is written from the definitions: an episode counts where it overlaps the night, its time is clipped to the
night, a series fires at the cut-off where its last episode has not ended. A resolve that was lost is a known bound:
the episode is carried to a second before the next start of its series, or fires until it is stale.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from digest.facts import Period
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
Counts = tuple[int, int, int, int]


@dataclass(frozen=True)
class Episode:
    """One firing as it happened; ``lost`` when nobody was told of its end."""

    start: datetime
    end: datetime
    lost: bool


@dataclass(frozen=True)
class Message:
    """What the receiver got, and when."""

    name: str
    start: datetime
    end: datetime | None
    received: datetime


def series(pick: random.Random) -> list[Episode]:
    """Episodes of one series, three minutes or more apart; none ends in the last ten minutes of the night."""
    result = []
    moment = NIGHT - timedelta(minutes=pick.randrange(300))
    for _ in range(pick.randrange(1, 6)):
        start = moment + timedelta(minutes=pick.randrange(3, 200))
        end = start + timedelta(minutes=pick.randrange(1, 240))
        if start > MORNING - 10 * MINUTE:
            break
        if MORNING - 10 * MINUTE < end <= MORNING:
            end += 20 * MINUTE
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


def reference(episodes: list[Episode], told: list[Message]) -> Counts:
    """Occurrences, firing, stale, seconds of firing: from the definitions."""
    occurrences = seconds = firing = stale = 0
    for number, episode in enumerate(episodes):
        end, following = episode.end, episodes[number + 1 : number + 2]
        forgotten = False
        if episode.lost and episode.end < MORNING:
            heard = max(one.received for one in told if one.start == episode.start)
            forgotten = not following and MORNING - heard > SETTINGS.stale_after
            end = following[0].start - timedelta(seconds=1) if following else heard if forgotten else MORNING + MINUTE
        if end > NIGHT or forgotten:
            occurrences += 1
            seconds += max(0, int((min(end, MORNING) - max(episode.start, NIGHT)).total_seconds()))
            firing, stale = firing or int(end > MORNING), stale or int(forgotten)
    return (occurrences, firing, stale, seconds)


def merge(conn: psycopg.Connection[Any], told: list[Message]) -> None:
    """Merge the messages one by one, with the receiver's own statement."""
    statement = queries("ingest", "ingest.sql")["merge"]
    for one in told:
        row = {
            "fingerprint": one.name,
            "labels": {"alertname": one.name, "severity": "warning"},
            "annotations": {},
            "generator_url": "",
            "starts_at": one.start.isoformat(),
            "ends_at": one.end.isoformat() if one.end else None,
        }
        parameters = {"source": "default", "received_at": one.received, "discard": False, "rows": json.dumps([row])}
        conn.execute(statement, parameters)


@pytest.mark.parametrize("batch", range(10))
def test_the_facts_of_random_nights_are_those_of_the_reference(database: str, batch: int) -> None:
    with connect(database) as conn:
        for seed in range(batch * 20, batch * 20 + 20):
            pick = random.Random(seed)
            happened = {f"Series{number}": series(pick) for number in range(5)}
            told = [one for name, some in happened.items() for one in messages(name, some, pick)]
            pick.shuffle(told)
            with conn.transaction(force_rollback=True):
                merge(conn, told)
                facts = read_facts(conn, Period(NIGHT, MORNING, MORNING, "UTC"), SETTINGS, "scheduled")
            found = {
                group.alertname: (group.total_occurrences, group.firing_count, group.stale_count, group.firing_seconds)
                for group in facts.groups
            }
            expected = {
                name: reference(some, [one for one in told if one.name == name]) for name, some in happened.items()
            }
            assert found == {name: counts for name, counts in expected.items() if counts[0]}, f"seed {seed}"
