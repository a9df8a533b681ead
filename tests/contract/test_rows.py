"""Rows made from episodes alone are those that the queries make of the same episodes in the database."""

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from digest.confirm.model import Episode, SeriesId
from digest.confirm.rows import rows_of
from digest.facts import Period
from digest.read import read_rows
from digest.settings import read_settings
from store.connect import connect
from tests.rows import NIGHT, episode

PERIOD = Period(NIGHT, NIGHT + timedelta(hours=14), NIGHT + timedelta(hours=14, minutes=5), "UTC")
CLOCKS = [f"{hour % 24:02}:{minute:02}" for hour in range(18, 32) for minute in range(0, 60, 5)]


@pytest.mark.parametrize("seed", range(20))
def test_the_same_episodes_give_the_same_rows(database: str, seed: int) -> None:
    pick = random.Random(seed)
    settings = read_settings({"DATABASE_URL": database}).alerts
    with connect(database) as conn:
        for name in pick.sample(["Down", "Slow", "Full", "Watchdog"], 3):
            for pod in range(pick.randrange(1, 9)):
                labels = {"pod": f"pod-{pod}", "node": f"node-{pod % 3}", "severity": pick.choice(["page", "info"])}
                marks = sorted(pick.sample(range(len(CLOCKS)), 2 * pick.randrange(1, 5)))
                for start, end in zip(marks[::2], marks[1::2], strict=True):
                    last = end == marks[-1] and pick.random() < 0.4
                    ended = None if last else CLOCKS[end]
                    episode(conn, name, CLOCKS[start], ended, heard=CLOCKS[end] if last else "", **labels)
        stored = conn.execute(
            "SELECT id, source, fingerprint, labels, annotations, generator_url, starts_at, last_firing_at, status,"
            " ends_at FROM alerts ORDER BY random()"
        ).fetchall()
        with conn.transaction():
            asked = read_rows(conn, PERIOD, settings)
    told = [as_episode(row) for row in stored]
    beats = [one for one in told if one.series.labels["alertname"] == "Watchdog"]
    made = rows_of([one for one in told if one not in beats], beats, PERIOD)
    assert set(made.groups) == set(asked.groups)
    assert set(made.labels) == set(asked.labels)
    assert sorted(made.samples, key=str) == sorted(asked.samples, key=str)
    assert set(made.bursts) == set(asked.bursts)
    assert sorted(made.spans, key=str) == sorted(asked.spans, key=str)
    assert sorted(made.episodes, key=str) == sorted(asked.episodes, key=str)
    assert made.heartbeats == asked.heartbeats


def as_episode(row: tuple[object, ...]) -> Episode:
    assert isinstance(row[0], UUID)
    series = SeriesId(str(row[1]), "", str(row[2]), row[3], row[4], str(row[5]))  # type: ignore[arg-type]
    return Episode(uuid4(), series, row[6], row[7], row[8], row[9])  # type: ignore[arg-type]
