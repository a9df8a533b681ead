"""A database in which one night after the other is filled and told by the real run, up to the card."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg

from digest.claim import Run
from digest.compare.model import Comparison, GroupComparison
from digest.confirm.model import Confirmation, Seen
from digest.delivery import Cards, Delivery
from digest.facts import Facts
from digest.facts_json import from_json, to_json
from digest.history import entries, kept
from digest.read import read_facts, record_alerts
from digest.run import Outside, Parts, Runner, run
from digest.settings import read_settings
from store.windows import ensure_windows
from tests.rows import fired

Connection = psycopg.Connection[Any]
BERLIN = ZoneInfo("Europe/Berlin")
SENT, REFUSED = Delivery("sent", "accepted with 202."), Delivery("refused", "answered 400.")


def local(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    """Return a local time in UTC; ``fold`` is 1 for the second of two."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


class Nights:
    """A database in which one night after the other is filled and told by the real run."""

    def __init__(self, conn: Connection, url: str, first: date) -> None:
        """Begin in the evening of ``first``, when the window has just opened."""
        self.conn, self.evening, self.answers = conn, first, list[Delivery]()
        self.seen: Seen | None = None
        self.settings = read_settings(
            {"DATABASE_URL": url, "CAPTURE_WINDOW_DAYS": "daily", "CAPTURE_WINDOW_TIMEZONE": "Europe/Berlin"}
        )
        self.now = local(first, 18, 30)
        ensure_windows(conn, self.settings.schedule, lambda: self.now)

    def fires(self, name: str, times: int, *, hour: int = 20, **labels: str) -> None:
        """Let an alert fire so many times this night, a minute each, from the hour of the evening on."""
        for number in range(times):
            start = local(self.evening, hour) + timedelta(minutes=3 * number)
            self.fires_at(name, start, start + timedelta(minutes=1), **labels)

    def fires_at(self, name: str, start: datetime, end: datetime, **labels: str) -> None:
        """Let an alert fire from one time to another."""
        fired(self.conn, name, start, end, end, **labels)

    def tell(self, *more: Delivery) -> int:
        """Come to the next morning and run; return the exit code."""
        self.evening += timedelta(days=1)
        self.now = local(self.evening, 8, 1)
        self.answers = list(more)
        return run(self.runner(), "scheduled")

    def tell_now(self) -> int:
        """Make a digest on request before the night is over; return the exit code."""
        self.now = local(self.evening, 23)
        return run(self.runner(), "adhoc")

    def ask_prometheus(self, *, ask: bool) -> None:
        """Let runs from now on ask a Prometheus, which has nothing to add; or let them ask none."""
        answered = Seen(None, None, Confirmation("not_asked", "answered", (), 30))
        self.seen = answered if ask else None

    def sleep(self, nights: int = 1) -> None:
        """Let nights pass without a run."""
        self.evening += timedelta(days=nights)

    def runner(self) -> Runner:
        """Return a run at the present time of the nights."""
        outside = Outside(lambda: self.now, lambda _: None, self.post, lambda *_, **__: None)
        parts = replace(PARTS, see=lambda _: self.seen)
        return Runner(self.conn, self.settings, parts, outside, Run(uuid4()))

    def post(self, _: Cards) -> Delivery:
        """Answer as the next of the answers says, or accept."""
        return self.answers.pop(0) if self.answers else SENT

    def told(self) -> Facts:
        """Return the facts of the newest digest, as they were kept."""
        return from_json(kept(self.conn, str(entries(self.conn, 1)[0].id)).facts)

    def about(self, name: str) -> GroupComparison:
        """Return what the newest digest says of an alert."""
        return about(self.told(), name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        return self.conn.execute(sql).fetchall()


def about(facts: Facts, name: str) -> GroupComparison:
    """Return what the facts say of an alert."""
    assert facts.comparison
    (found,) = (one.id for one in facts.groups if one.alertname == name)
    (one,) = (one for one in facts.comparison.groups if one.group == found)
    return one


def comparison(facts: Facts) -> Comparison:
    """Return the comparison, which must be there."""
    assert facts.comparison
    return facts.comparison


PARTS = Parts(
    lambda _: None,
    read_facts,
    record_alerts,
    lambda _: None,
    lambda _, facts, __: facts,
    lambda *_: None,
    to_json,
    lambda *_: Cards({}, {}),
)
