"""The recorded night becomes the last one, whatever the time is."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.record import RECORDING
from demo.replay import last_evening, load


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        ("2026-11-25T08:00:00+00:00", "2026-11-24T18:00:00+00:00"),
        ("2026-11-25T07:59:59+00:00", "2026-11-23T18:00:00+00:00"),
        ("2026-11-25T23:00:00+00:00", "2026-11-24T18:00:00+00:00"),
        ("2026-11-25T08:30:00+05:30", "2026-11-23T18:00:00+00:00"),
    ],
)
def test_the_last_night_is_the_one_whose_morning_has_come(now: str, evening: str) -> None:
    assert last_evening(datetime.fromisoformat(now)) == datetime.fromisoformat(evening)


def test_every_time_of_a_recording_moves_by_the_same_span() -> None:
    one, later = (load(RECORDING, datetime(2026, 11, day, 18, tzinfo=UTC)) for day in (3, 4))
    assert len(one) == len(later) > 40
    for before, after in zip(one, later, strict=True):
        assert after.at - before.at == timedelta(days=1)
        for old, new in zip(before.body["alerts"], after.body["alerts"], strict=True):
            for name in ("startsAt", "endsAt"):
                moved = datetime.fromisoformat(new[name]) - datetime.fromisoformat(old[name])
                assert moved == (timedelta(0) if old[name].startswith("0001") else timedelta(days=1))
