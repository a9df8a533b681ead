"""What a process tells of its minutes: each once, again where it changed, and nothing is lost while nobody listens."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.minutes import MOST_MINUTES, Minute, Minutes

NIGHT = datetime(2026, 7, 1, 22, tzinfo=UTC)


def at(minutes: int, seconds: int = 0) -> datetime:
    return NIGHT + timedelta(minutes=minutes, seconds=seconds)


def tell(minutes: Minutes, now: datetime) -> tuple[Minute, ...]:
    """Let the database take what is due."""
    told = minutes.due(now)
    minutes.told(told, now)
    return told


def test_a_quiet_minute_is_told_once_at_its_begin() -> None:
    minutes = Minutes("pod-1")
    told = list[Minute]()
    for second in range(0, 180, 2):
        minutes.live(at(0, second))
        told += tell(minutes, at(0, second))
    assert told == [Minute(at(0), {}), Minute(at(1), {}), Minute(at(2), {})]
    assert minutes.untold() == ()


def test_a_busy_minute_is_told_again_when_it_is_over() -> None:
    minutes = Minutes("pod-1")
    minutes.live(at(0))
    assert tell(minutes, at(0)) == (Minute(at(0), {}),)
    for code in (200, 401, 200):
        minutes.answered(at(0, 30), code)
    assert tell(minutes, at(0, 59)) == ()
    minutes.live(at(1))
    assert tell(minutes, at(1)) == (Minute(at(0), {"200": 2, "401": 1}), Minute(at(1), {}))


def test_the_last_minute_is_there_to_be_told_at_a_graceful_end() -> None:
    minutes = Minutes("pod-1")
    minutes.live(at(0))
    tell(minutes, at(0))
    minutes.answered(at(0, 20), 200)
    assert minutes.untold() == (Minute(at(0), {"200": 1}),)


def test_the_database_was_away_in_a_minute_only_where_it_took_nothing_of_what_it_was_asked() -> None:
    minutes = Minutes("pod-1")
    for minute, answers in enumerate([(False, False), (False, True), (True, False), (True,), ()]):
        minutes.live(at(minute))
        for took in answers:
            minutes.asked_database(at(minute, 10), took=took)
    assert [one.database_away for one in minutes.untold()] == [True, False, False, False, False]


def test_that_the_database_was_away_is_told_of_a_minute_only_when_it_is_over() -> None:
    minutes = Minutes("pod-1")
    minutes.asked_database(at(0), took=False)
    assert tell(minutes, at(0, 10)) == (Minute(at(0), {}),)
    assert minutes.due(at(0, 50)) == ()
    assert [(one.start, one.database_away) for one in minutes.due(at(1))] == [(at(0), True)]


def test_what_the_database_did_not_take_is_due_again_and_a_day_of_it_is_kept() -> None:
    minutes = Minutes("pod-1")
    for minute in range(MOST_MINUTES + 10):
        minutes.live(at(minute))
        minutes.asked_database(at(minute), took=False)
    due = minutes.due(at(MOST_MINUTES + 9))
    assert [one.start for one in due] == [at(minute) for minute in range(10, MOST_MINUTES + 10)]
    assert [one.database_away for one in due] == [True] * (MOST_MINUTES - 1) + [False]


MINUTE_AND_CODE = st.tuples(st.integers(0, 5), st.sampled_from([200, 401, 503]), st.booleans())


@given(st.lists(MINUTE_AND_CODE, max_size=40))
def test_whenever_the_database_listens_in_the_end_it_has_every_answer(events: list[tuple[int, int, bool]]) -> None:
    minutes, rows = Minutes("pod-1"), dict[datetime, Minute]()
    for minute, code, listens in sorted(events, key=lambda event: event[0]):
        minutes.answered(at(minute), code)
        if listens:
            rows |= {one.start: one for one in tell(minutes, at(minute))}
    rows |= {one.start: one for one in minutes.untold()}
    had = Counter({(start, code): number for start, one in rows.items() for code, number in one.answers.items()})
    assert had == Counter((at(minute), str(code)) for minute, code, _ in events)
