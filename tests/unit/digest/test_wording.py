"""Times, durations, counts and untrusted text, as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.facts import Period
from digest.wording import clean, clock, count, duration, names, short_span, span

START = datetime(2026, 11, 20, 17, tzinfo=UTC)  # a Friday, 18:00 in Berlin


def period(hours: int, start: datetime = START) -> Period:
    end = start + timedelta(hours=hours)
    return Period(start, end, end, "Europe/Berlin")


def test_a_time_of_one_night_needs_no_day_and_one_of_a_weekend_does() -> None:
    assert clock(START + timedelta(hours=3), period(14)) == "21:00"
    assert clock(START + timedelta(hours=30), period(62)) == "Sun 00:00"


def test_a_period_names_its_zone_once_or_twice_where_the_clocks_change_in_it() -> None:
    assert span(period(14)) == "Fri 20 Nov 18:00 – Sat 21 Nov 08:00 CET"
    autumn = datetime(2026, 10, 24, 16, tzinfo=UTC)  # 18:00 CEST; the clocks go back at 01:00 UTC
    assert span(period(15, autumn)) == "Sat 24 Oct 18:00 CEST – Sun 25 Oct 08:00 CET"


def test_on_a_phone_the_end_of_a_period_has_its_weekday_where_it_is_another() -> None:
    assert short_span(period(14)) == "Fri 20 Nov 18:00 – Sat 08:00 CET"
    assert short_span(period(5)) == "Fri 20 Nov 18:00 – 23:00 CET"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than a minute"), (59, "less than a minute"), (60, "1 min"), (3600, "1 h"), (13_680, "3 h 48 min")],
)
def test_durations(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_counts_have_their_noun() -> None:
    assert [count(0, "alert"), count(1, "alert"), count(1234, "alert")] == ["0 alerts", "1 alert", "1,234 alerts"]
    assert count(2, "severity", "severities") == "2 severities"


def test_names_are_listed_once_and_the_rest_is_counted() -> None:
    assert names(["a", "b", "a"]) == "a, b"
    assert names("abcde") == "a, b, c and 2 more"


def test_untrusted_text_is_one_line_without_hidden_or_control_characters() -> None:
    assert clean("a\n\tb\u202e\x1b[31m c\u200b") == "a b[31m c"


def test_a_cut_tears_no_accent_and_no_emoji_apart() -> None:
    assert clean("e\u0301" * 4, 6) == "e\u0301e\u0301…"
    assert clean("ab👍🏽cd", 4) == "ab…"


@given(st.text(max_size=80), st.integers(2, 40))
def test_clean_text_is_never_longer_than_asked_and_stays_as_it_is_when_cleaned_again(text: str, longest: int) -> None:
    once = clean(text, longest)
    assert len(once) <= longest
    assert clean(once, longest) == once
