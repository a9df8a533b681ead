"""What is claimed of a period, from rows."""

from datetime import timedelta

from digest.facts import Capture, Heartbeat
from digest.health.measure import capture_of, heartbeat_of
from digest.health.model import NEVER, Absence, Refusal, Span
from digest.health.spans import minute_of
from digest.rows import HealthRow, HeartbeatRow, Rows
from tests.facts_factory import END, PERIOD, START

FIRST, LAST = minute_of(START), minute_of(END)


def capture(health: HealthRow) -> Capture:
    return capture_of(Rows((), (), (), (), (), (), True, 1, 2, health=health), PERIOD)


def heartbeat(minutes: range, last_news: int) -> Heartbeat:
    """Return a heartbeat that was heard in these minutes after the start, and last at one of them."""
    told = tuple(FIRST + minute for minute in minutes)
    return heartbeat_of(HeartbeatRow("s", "c", "Watchdog", START + timedelta(minutes=last_news), True, told), PERIOD)


def test_without_any_minute_nothing_is_claimed() -> None:
    found = capture(HealthRow(webhooks=4, alerts=5))
    assert found == Capture(True, 1, 2, webhooks=4, alerts=5)


def test_a_first_minute_after_the_period_is_as_good_as_none() -> None:
    assert capture(HealthRow(known=LAST + 10)) == Capture(True, 1, 2)


def test_answers_are_parted_by_their_class() -> None:
    answers = ((200, 50), (400, 2), (401, 7), (413, 2), (500, 1), (503, 3))
    found = capture(HealthRow(FIRST, ((FIRST, LAST),), answers=answers))
    assert found.refused == (Refusal(401, 7), Refusal(400, 2), Refusal(413, 2))
    assert (found.unavailable, found.receiver_away) == (4, NEVER)


def test_the_last_news_of_a_heartbeat_counts_though_no_receiver_kept_its_minute() -> None:
    # Every 5 minutes until 20:00, then an older receiver; the episode knows that it was heard of at 07:58.
    silent = heartbeat(range(0, 121, 5), 120)
    assert silent.gaps == Absence((Span(START + timedelta(hours=2), END),), 0, 12 * 3600)
    heard = heartbeat(range(0, 121, 5), 838)
    assert heard.gaps.spans == (Span(START + timedelta(hours=2), START + timedelta(minutes=838)),)


def test_a_heartbeat_whose_minutes_nobody_kept_has_no_interval() -> None:
    found = heartbeat(range(0), 838)
    assert (found.interval_seconds, found.gaps, found.alive) == (None, NEVER, True)
