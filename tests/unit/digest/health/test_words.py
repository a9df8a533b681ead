"""The line of the capture's health, word by word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.facts import Capture, Facts, Heartbeat
from digest.health.model import Absence, Refusal, Span
from digest.health.words import capture_line, doubtful
from tests.facts_factory import END, START, night

WHOLE = 14 * 60
"""Minutes of the night, which is told in Berlin's time: 18:00 to 08:00."""
GOOD = Capture(received=True, truncated_alerts=0, quarantined=0, webhooks=214, alerts=500, minutes_known=WHOLE)
BEAT = Heartbeat("default", "eu-1", "Watchdog", END, alive=True, interval_seconds=300)


def span(start: int, end: int) -> Span:
    """Return a span in minutes after 18:00."""
    return Span(START + timedelta(minutes=start), START + timedelta(minutes=end))


def away(*spans: tuple[int, int], more: int = 0) -> Absence:
    return Absence(tuple(span(*one) for one in spans), more, 60 * sum(end - start for start, end in spans))


AWAY = away((490, 505))
"""02:10 to 02:25."""


def facts(capture: Capture, *heartbeats: Heartbeat) -> Facts:
    return replace(night(0), capture=capture, heartbeats=heartbeats)


def line(capture: Capture, *heartbeats: Heartbeat) -> str:
    return capture_line(facts(capture, *heartbeats))


def test_a_night_that_can_be_believed() -> None:
    assert line(GOOD, BEAT) == "Capture: 214 webhooks, none refused; heartbeat every 5 min without a gap."
    assert not doubtful(facts(GOOD, BEAT))


def test_what_was_away_comes_first() -> None:
    refused = replace(GOOD, receiver_away=AWAY, refused=(Refusal(401, 3),))
    assert line(refused, BEAT) == (
        "Capture: receiver away 02:10–02:25 (15 min); 214 webhooks, 3 refused (401);"
        " heartbeat every 5 min without a gap."
    )
    database = replace(GOOD, database_away=away((0, 60), (90, 92), more=4), unavailable=7)
    assert line(database, BEAT) == (
        "Capture: database away 18:00–19:00, 19:30–19:32 and 4 more times (1 h 2 min in all);"
        " 214 webhooks, none refused, 7 tries put off (5xx); heartbeat every 5 min without a gap."
    )


def test_refusals_are_told_by_their_codes_most_first() -> None:
    refused = replace(GOOD, refused=(Refusal(413, 1200), Refusal(400, 1)))
    assert "214 webhooks, 1,201 refused (413, 400);" in line(refused, BEAT)


def test_what_was_lost_is_counted() -> None:
    lost = replace(GOOD, truncated_alerts=1, quarantined=2)
    assert "; 1 alert cut by Alertmanager; 2 unreadable; heartbeat" in line(lost, BEAT)


@pytest.mark.parametrize(
    ("beat", "words"),
    [
        (replace(BEAT, interval_seconds=60), "heartbeat every minute without a gap"),
        (replace(BEAT, gaps=away((490, 545))), "heartbeat away 02:10–03:05"),
        (replace(BEAT, gaps=away((490, 545)), alive=False), "heartbeat away 02:10–03:05"),
        (replace(BEAT, alive=False, last_news=START), "heartbeat stopped at 18:00"),
        (replace(BEAT, alive=False, last_news=None), "heartbeat stopped"),
        (replace(BEAT, interval_seconds=None), "heartbeat heard, too seldom to see gaps"),
    ],
)
def test_a_heartbeat_is_told_at_its_own_resolution(beat: Heartbeat, words: str) -> None:
    assert line(GOOD, beat) == f"Capture: 214 webhooks, none refused; {words}."


def test_several_heartbeats_are_told_by_the_slowest_or_by_those_with_gaps() -> None:
    slow = replace(BEAT, cluster="us-1", interval_seconds=600)
    assert line(GOOD, BEAT, slow).endswith("2 heartbeats every 10 min without a gap.")
    gone = replace(slow, gaps=AWAY)
    assert line(GOOD, BEAT, gone).endswith("heartbeat us-1 away 02:10–02:25.")
    assert line(GOOD, gone, gone).endswith("heartbeat us-1 away 02:10–02:25; 1 more heartbeat with gaps.")


def test_the_name_of_a_cluster_is_cleaned() -> None:
    gone = replace(BEAT, cluster="eu\n\u202e*x*" + "y" * 90, gaps=AWAY)
    assert f"heartbeat eu *x*{'y' * 33}… away" in line(GOOD, gone, BEAT)


def test_without_a_heartbeat_the_line_says_so() -> None:
    assert line(GOOD) == "Capture: 214 webhooks, none refused; no heartbeat heard."


def test_nothing_is_claimed_of_what_is_not_known() -> None:
    before = replace(GOOD, minutes_known=0)
    assert line(before, BEAT) == (
        "Capture: 214 webhooks; heartbeat every 5 min without a gap; what was refused or missed is not known."
    )
    partly = replace(GOOD, minutes_known=WHOLE - 300)
    assert line(partly, BEAT).endswith("; what was refused or missed is known of 9 h only.")


def test_where_no_receiver_was_asked_only_what_is_wrong_is_told() -> None:
    old = Capture(received=True, truncated_alerts=0, quarantined=0)
    assert line(old, replace(BEAT, interval_seconds=None)) == line(old) == ""
    wrong = replace(old, truncated_alerts=2)
    assert line(wrong, replace(BEAT, alive=False, last_news=START)) == (
        "Capture: 2 alerts cut by Alertmanager; heartbeat stopped at 18:00."
    )


@pytest.mark.parametrize(
    "capture",
    [
        replace(GOOD, received=False),
        replace(GOOD, receiver_away=AWAY),
        replace(GOOD, database_away=AWAY),
        replace(GOOD, refused=(Refusal(401, 1),)),
        replace(GOOD, truncated_alerts=1),
        replace(GOOD, quarantined=1),
    ],
)
def test_a_night_is_doubtful_where_something_may_be_missing(capture: Capture) -> None:
    assert doubtful(facts(capture, BEAT))


def test_a_heartbeat_with_a_gap_makes_a_night_doubtful_and_what_is_tried_again_does_not() -> None:
    assert doubtful(facts(GOOD, replace(BEAT, gaps=AWAY)))
    assert doubtful(facts(GOOD, replace(BEAT, alive=False)))
    assert not doubtful(facts(replace(GOOD, unavailable=9), BEAT))
