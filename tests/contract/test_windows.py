"""Window rows on a real server: settings change, several processes meet, closed windows stay."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from store.windows import Schedule, ensure_windows, parse_days

Rows = list[tuple[Any, ...]]


def at(moment: str) -> Callable[[], datetime]:
    return lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC)


def nights(end: str = "08:00", zone: str = "UTC", days: str = "daily") -> Schedule:
    return Schedule(time(18), time.fromisoformat(end), ZoneInfo(zone), parse_days(days))


def rows(url: str) -> Rows:
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        return conn.execute(
            "SELECT to_char(window_start, 'DD HH24:MI'), to_char(window_end, 'DD HH24:MI'), status"
            " FROM capture_windows ORDER BY window_start"
        ).fetchall()


def test_windows_are_made_completed_and_caught_up(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        ensure_windows(conn, nights(), at("2026-07-01T20:00"))
        assert rows(database) == [("01 18:00", "02 08:00", "active")]
        ensure_windows(conn, nights(), at("2026-07-01T21:00"))
        assert rows(database) == [("01 18:00", "02 08:00", "active")]
        ensure_windows(conn, nights(), at("2026-07-04T09:00"))
    assert rows(database) == [
        ("01 18:00", "02 08:00", "completed"),
        ("02 18:00", "03 08:00", "completed"),
        ("03 18:00", "04 08:00", "completed"),
        ("04 18:00", "05 08:00", "active"),
    ]


def test_a_later_end_moves_the_open_window_and_never_a_closed_one(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        ensure_windows(conn, nights(), at("2026-07-01T20:00"))
        ensure_windows(conn, nights(), at("2026-07-02T20:00"))
        ensure_windows(conn, nights("09:30"), at("2026-07-02T21:00"))
    assert rows(database) == [("01 18:00", "02 08:00", "completed"), ("02 18:00", "03 09:30", "active")]


def test_an_end_that_has_passed_closes_the_open_window_and_opens_the_next(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as conn:
        ensure_windows(conn, nights(), at("2026-07-02T03:00"))
        ensure_windows(conn, nights("02:00"), at("2026-07-02T04:00"))
    assert rows(database) == [("01 18:00", "02 02:00", "completed"), ("02 18:00", "03 02:00", "active")]


def test_four_at_once_with_changing_settings_leave_no_overlap_and_one_open_window(database: str) -> None:
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)

    def work(seed: int) -> None:
        pick = random.Random(seed)
        with psycopg.connect(database, autocommit=True) as conn:
            for step in range(40):
                plan = nights(
                    f"{pick.randrange(24):02d}:{pick.choice(['00', '30'])}",
                    pick.choice(["UTC", "Europe/London", "Australia/Lord_Howe", "America/New_York"]),
                    pick.choice(["daily", "mon-fri", "mon,wed", "sun"]),
                )
                moment = start + timedelta(hours=6 * step, minutes=pick.randrange(60))
                ensure_windows(conn, plan, lambda moment=moment: moment)  # type: ignore[misc]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with psycopg.connect(database) as conn:
        overlaps = conn.execute(
            "SELECT count(*) FROM capture_windows a JOIN capture_windows b ON a.id < b.id"
            " AND tstzrange(a.window_start, a.window_end) && tstzrange(b.window_start, b.window_end)"
        ).fetchone()
        active = conn.execute("SELECT count(*) FROM capture_windows WHERE status = 'active'").fetchone()
    assert overlaps == (0,)
    assert active == (1,)
