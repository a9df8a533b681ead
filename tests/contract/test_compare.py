"""Several nights through the real run against a real server: what is kept of each, and what the next one says of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from digest.compare.keep import keep_rollup
from digest.compare.rollup import Rollup, roll_up
from digest.compare.words import night_line, nights_line, words_by_group
from digest.history import entries, kept, resend
from digest.redact import LONGEST
from digest.retention import prune
from digest.run import read_only
from digest.settings import read_settings
from store.connect import connect
from store.windows import Window
from tests.told_nights import PARTS, REFUSED, SENT, Nights, about, comparison, local

MONDAY = 29
"""The first night ends on Monday, 29 June 2026; the clocks do not change until October."""
GROUPS = (
    "SELECT window_end, alertname, occurrences, series, firing_seconds, hours FROM night_rollup_groups ORDER BY 1, 2"
)


@pytest.fixture
def nights(database: str) -> Iterator[Nights]:
    """Return a database in the evening of a Sunday."""
    with connect(database) as conn:
        yield Nights(conn, database, date(2026, 6, MONDAY - 1))


def hours(*names: int) -> int:
    return sum(2**hour for hour in names)


def test_the_fourth_night_is_compared_with_the_three_before(nights: Nights) -> None:
    for times in (2, 4, 6):
        nights.fires("Often", times)
        assert nights.tell() == 0
        assert nights.about("Often").verdict is None
    nights.fires("Often", 20)
    nights.fires("First", 1)
    nights.tell()
    facts = nights.told()
    # Counts 2 4 6: median 4, MAD 2; 20 is beyond 4 + 8.9, five times the median, more than on all three.
    often, first = about(facts, "Often"), about(facts, "First")
    assert (often.verdict, often.volume, often.usual, often.spread) == ("known", "worse", 4.0, 2.0)
    assert (often.fired_nights, often.of_nights, often.last_week) == (4, 4, None)
    assert (first.verdict, first.fired_nights, first.of_nights) == ("new", 1, 4)
    assert sorted(words_by_group(facts).values()) == ["5× the usual 4", "new in 3 nights kept"]
    assert night_line(facts) == "Louder than usual: 21 occurrences, usually about 4."
    assert nights_line(facts) == "Mon 2 · Tue 4 · Wed 6 → Thu 21"


def test_a_roll_up_says_what_the_night_was(nights: Nights) -> None:
    # 20:00 to 20:01, 20:03 to 20:04, 20:06 to 20:07; the pod of its own from 23:00 on.
    nights.fires("Often", 3)
    nights.fires("Often", 1, hour=23, pod="other")
    nights.tell()
    end = local(date(2026, 6, MONDAY), 8)
    assert nights.rows(GROUPS) == [(end, "Often", 4, 2, 240, hours(20, 23))]
    assert nights.rows("SELECT window_start, timezone, received, groups, occurrences, resolved FROM night_rollups") == [
        (local(date(2026, 6, MONDAY - 1), 18), "Europe/Berlin", True, 1, 4, 2)
    ]


def test_the_same_night_last_week_and_weekends_with_weekends(nights: Nights) -> None:
    for times in (1, 2, 3, 4, 5, 60, 70, 8):  # they end on Monday to Sunday, and on Monday
        nights.fires("Often", times)
        nights.tell()
    facts = nights.told()
    assert (about(facts, "Often").last_week, about(facts, "Often").usual) == (1, 3.0)
    night = comparison(facts).night
    assert night
    assert [one.occurrences for one in night.last_nights] == [2, 3, 4, 5, 60, 70, 8]
    assert (night.last_week, comparison(facts).comparable, comparison(facts).nights_kept) == (1, 5, 7)


def test_volumes_are_held_against_nights_that_were_counted_alike(nights: Nights) -> None:
    for times in (2, 2, 2):
        nights.fires("Often", times)
        nights.tell()
    nights.ask_prometheus(ask=True)
    nights.fires("Often", 20)
    nights.tell()
    night = comparison(nights.told()).night
    assert night
    assert (night.verdict, night.measured, nights.about("Often").volume) == (None, 0, None)
    assert nights.about("Often").verdict == "known"
    nights.ask_prometheus(ask=False)
    nights.fires("Often", 20)
    nights.tell()
    assert (nights.about("Often").volume, nights.about("Often").usual) == ("worse", 2.0)


def test_skipped_nights_and_nights_without_any_webhook_are_gaps_and_quiet_ones_are_not(nights: Nights) -> None:
    nights.fires("Often", 5)
    nights.tell()  # Monday
    nights.sleep()  # Tuesday: nobody tells it in time
    nights.fires("Often", 9)
    nights.sleep()  # Wednesday: neither
    nights.fires("Watchdog", 1)
    nights.sleep()  # Thursday: told with Friday's; only its heartbeat came
    nights.tell()  # Friday: nothing came at all
    nights.fires("Often", 4)
    nights.tell()  # Saturday
    assert nights_line(nights.told()) == "Mon 5 · Tue – · Wed – · Thu 0 · Fri – → Sat 4"
    assert comparison(nights.told()).nights_kept == 2


def test_a_digest_that_failed_is_kept_once_it_is_sent_again(nights: Nights) -> None:
    nights.fires("Often", 3)
    assert nights.tell(REFUSED) == 5
    assert nights.rows(GROUPS) == []
    failed = str(entries(nights.conn, 1)[0].id)
    for _ in range(2):
        assert resend(nights.conn, kept(nights.conn, failed), nights.post, lambda: nights.now) == SENT
        assert [row[1:] for row in nights.rows(GROUPS)] == [("Often", 3, 1, 180, hours(20))]


def test_resending_facts_of_another_form_keeps_nothing_and_tells_the_window(nights: Nights) -> None:
    nights.fires("Often", 3)
    nights.tell(REFUSED)
    nights.conn.execute("UPDATE digests SET facts = '{}'")
    resend(nights.conn, kept(nights.conn, str(entries(nights.conn, 1)[0].id)), nights.post, lambda: nights.now)
    assert nights.rows("SELECT status FROM capture_windows WHERE status = 'digest_sent'") == [("digest_sent",)]
    assert nights.rows("SELECT * FROM night_rollups") == []


def test_an_adhoc_digest_is_not_kept(nights: Nights) -> None:
    nights.fires("Often", 3)
    assert nights.tell_now() == 0
    assert nights.rows("SELECT * FROM night_rollups") == []


def test_keeping_a_night_again_replaces_it(nights: Nights) -> None:
    nights.fires("Often", 3)
    nights.fires("Gone", 1)
    nights.tell()
    first = roll_up(nights.told())
    for groups in (first.groups, first.groups[:1]):
        with nights.conn.transaction():
            keep_rollup(nights.conn, replace(first, groups=groups))
    assert [row[1:3] for row in nights.rows(GROUPS)] == [(first.groups[0].alertname, first.groups[0].occurrences)]
    assert nights.rows("SELECT count(*) FROM night_rollups") == [(1,)]


def test_a_part_of_a_night_is_compared_by_presence_and_a_whole_one_of_the_past_by_what_was_before_it(
    nights: Nights,
) -> None:
    for times in (4, 4, 4, 40):
        nights.fires("Often", times)
        nights.tell()
    nights.fires("Often", 30)
    nights.fires("First", 1)
    evening = Window(local(nights.evening, 18), local(nights.evening, 23))
    part = read_only(nights.conn, nights.settings, PARTS, evening, local(nights.evening, 23)).facts
    assert (about(part, "First").verdict, about(part, "Often").verdict) == ("new", "known")
    assert (about(part, "Often").volume, about(part, "Often").usual, comparison(part).night) == (None, None, None)
    # The window of the night before, which ended today at 08:00, with three nights before it.
    last = Window(local(nights.evening - timedelta(days=1), 18), local(nights.evening, 8))
    past = read_only(nights.conn, nights.settings, PARTS, last, nights.now).facts
    assert (about(past, "Often").volume, about(past, "Often").usual, comparison(past).comparable) == ("worse", 4.0, 3)
    # Seen before its end, it is but a part.
    early = read_only(nights.conn, nights.settings, PARTS, last, last.end - timedelta(hours=1)).facts
    assert comparison(early).night is None


def test_what_is_kept_outlives_digests_alerts_and_windows_and_then_goes(nights: Nights) -> None:
    for _ in range(3):
        nights.fires("Often", 4)
        nights.tell()
    later = nights.now + timedelta(days=300)
    nights.conn.execute("UPDATE digests SET lease_until = '2000-01-01'")
    assert prune(nights.conn, nights.settings.run, later)["digests"] == 3
    assert nights.rows("SELECT count(*) FROM alerts") == [(0,)]
    nights.sleep(300)
    nights.fires("Often", 1)
    nights.tell()
    one = nights.about("Often")
    # From 30 June to 27 April; no night between was kept that could tell that it was away.
    assert (one.verdict, one.usual, one.days_since) == ("known", 4.0, 301)
    short = read_settings({"DATABASE_URL": "postgresql://h/d", "ROLLUP_RETENTION_DAYS": "299"}).run
    gone = prune(nights.conn, short, later, batch=2)
    assert (gone["night_rollups"], gone["night_rollup_groups"]) == (3, 3)
    # The night to 28 April, and the one before it, which was told late.
    assert nights.rows("SELECT occurrences FROM night_rollups ORDER BY window_end") == [(0,), (1,)]


def test_the_night_in_which_the_clocks_go_back_is_like_the_others(database: str) -> None:
    # From Saturday to Sunday, 25 October 2026, it lasts 15 hours; before it a weekend and a Saturday are kept.
    with connect(database) as conn:
        nights = Nights(conn, database, date(2026, 10, 16))
        for times in (1, 2, 9, 9, 9, 9, 9, 3):
            nights.fires("Often", times)
            nights.tell()
        nights.fires("Often", 4)
        for fold in (0, 1):
            start = local(date(2026, 10, 25), 2, 30, fold=fold)
            nights.fires_at("Often", start, start + timedelta(minutes=1), pod="other")
        nights.tell()
        one = nights.about("Often")
        assert (one.usual, one.last_week) == (2.0, 2)
        assert nights.rows(GROUPS)[-1][1:] == ("Often", 6, 2, 360, hours(2, 20))
        span = nights.rows("SELECT window_end - window_start FROM night_rollups ORDER BY window_end DESC LIMIT 1")
        assert span == [(timedelta(hours=15),)]


def test_hours_are_those_in_which_it_fired(nights: Nights) -> None:
    day, next_day = nights.evening, nights.evening + timedelta(days=1)
    nights.fires_at("Ends", local(day, 20, 30), local(day, 21))
    nights.fires_at("Lasts", local(day, 21, 59), local(next_day, 0, 1))
    nights.fires_at("Moment", local(day, 22), local(day, 22))
    nights.fires_at("Before", local(day, 10), local(day, 18, 1))
    nights.fires_at("Beyond", local(next_day, 6, 30), local(next_day, 12))
    nights.tell()
    assert {row[1]: row[5] for row in nights.rows(GROUPS)} == {
        "Ends": hours(20),
        "Lasts": hours(21, 22, 23, 0),
        "Moment": hours(22),
        "Before": hours(18),
        "Beyond": hours(6, 7),
    }


def test_names_of_any_length_and_letters_are_kept_and_found_again(nights: Nights) -> None:
    name = "Ü\u202e'\"\\{}%s\x01" + "x" * 20_000
    for _ in range(4):
        nights.fires(name, 2, severity="s" * 5_000, namespace="n" * 5_000)
        nights.tell()
    told = name[:LONGEST] + "…"
    assert (nights.about(told).verdict, nights.about(told).usual) == ("known", 2.0)
    assert {row[1] for row in nights.rows(GROUPS)} == {told}


def test_names_that_differ_only_where_nobody_reads_them_are_two_groups(nights: Nights) -> None:
    for _ in range(4):
        nights.fires("x" * 5_000 + "1", 2)
        nights.fires("x" * 5_000 + "2", 3)
        nights.tell()
    assert sorted(row[0] for row in nights.rows("SELECT occurrences FROM night_rollup_groups")) == [2] * 4 + [3] * 4


def test_a_secret_in_a_name_is_not_kept_and_its_group_is_found_again(nights: Nights) -> None:
    for who in ("first@example.org", "second@example.org", "second@example.org", "second@example.org"):
        nights.fires("Mail", 1, namespace=who)
        nights.tell()
    assert (nights.about("Mail").verdict, nights.about("Mail").fired_nights) == ("known", 3)
    assert nights.rows("SELECT DISTINCT namespace FROM night_rollup_groups") == [("email-1",)]


def test_what_was_seen_before_all_comparable_nights_is_back_and_not_new(nights: Nights) -> None:
    nights.fires("Rare", 1)
    nights.fires("Often", 1)
    nights.tell()
    seen = roll_up(nights.told())
    for week in range(1, 10):
        for day in range(5):
            keep(nights, seen, days=7 * week + day)
    nights.sleep(7 * 10)
    nights.fires("Rare", 1)
    nights.tell()
    one = nights.about("Rare")
    # Seen on Sunday, 28 June at 20:01, and now on Monday, 7 September at 20:00.
    assert (one.verdict, one.days_since, comparison(nights.told()).comparable) == ("back", 71, 28)


def keep(nights: Nights, seen: Rollup, days: int) -> None:
    """Keep a night like that one so many days later, with only the alert that fires often."""
    later = timedelta(days=days)
    often = tuple(replace(one, last_seen=one.last_seen + later) for one in seen.groups if one.alertname == "Often")
    start, end = seen.window_start + later, seen.window_end + later
    with nights.conn.transaction():
        keep_rollup(nights.conn, replace(seen, groups=often, window_start=start, window_end=end))
