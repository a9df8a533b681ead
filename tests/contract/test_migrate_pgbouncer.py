"""Migrations and windows behind PgBouncer in transaction mode, where sessions change hands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from store.connect import connect
from store.migrate import migrate, migrations, require_current
from store.windows import Schedule, ensure_windows, parse_days
from tests.pgbouncer import pgbouncer


def test_eight_at_once_migrate_once_and_make_one_window(empty_database: str) -> None:
    nights = Schedule(time(18), time(8), ZoneInfo("UTC"), parse_days("daily"))

    def work(url: str) -> int:
        with connect(url) as conn:
            applied = len(migrate(conn))
            ensure_windows(conn, nights, lambda: datetime(2026, 7, 1, 20, tzinfo=UTC))
            require_current(conn)
        return applied

    with pgbouncer(empty_database) as url, ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, [url] * 8)) == len(migrations())
    with connect(empty_database) as conn:
        assert conn.execute("SELECT count(*) FROM capture_windows").fetchone() == (1,)
