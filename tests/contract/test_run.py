"""Runs against a real server: one card a window, catching up, ad-hoc digests, failures and retries."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from digest.alert_settings import AlertSettings
from digest.claim import Run
from digest.cluster.model import Observed
from digest.confirm.model import Seen
from digest.delivery import Card, Cards, Delivery
from digest.facts import Capture, Facts, Period, Totals
from digest.history import entries, kept, resend
from digest.job import Kind
from digest.noise.model import RuleVerdict
from digest.run import Outside, Parts, Runner, run
from digest.settings import DigestSettings, read_settings
from store.connect import connect
from store.windows import ensure_windows
from tests.noise_factory import judged
from tests.pgbouncer import pgbouncer

if TYPE_CHECKING:
    from collections.abc import Callable

Connection = psycopg.Connection[Any]
SENT = Delivery("sent", "accepted with 202.")
REFUSED = Delivery("refused", "answered 400.")
EVENING = datetime(2026, 7, 1, 20, tzinfo=UTC)


class World:
    """A clock that only waiting moves, a workflow that answers by script, and the periods that were read."""

    def __init__(self, url: str, now: datetime) -> None:
        """Start at ``now`` with a workflow that accepts everything."""
        self.url, self.now = url, now
        self.answers: list[Delivery] = []
        self.cards: list[Card] = []
        self.waited: list[float] = []
        self.during_post: Callable[[], None] = lambda: None

    def settings(self, **more: str) -> DigestSettings:
        """Return settings with a window every night."""
        return read_settings({"DATABASE_URL": self.url, "CAPTURE_WINDOW_DAYS": "daily"} | more)

    def wait(self, seconds: float) -> None:
        """Let the time pass."""
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    def post(self, cards: Cards) -> Delivery:
        """Keep the card and answer."""
        self.cards.append(cards.first)
        self.during_post()
        return self.answers.pop(0) if self.answers else SENT

    def runner(self, conn: Connection, **more: str) -> Runner:
        """Return a run on that connection."""
        outside = Outside(lambda: self.now, self.wait, self.post, lambda *_, **__: None)
        return Runner(conn, self.settings(**more), PARTS, outside, Run(uuid4()))

    def open_windows(self, conn: Connection) -> None:
        """Make the row of the present window."""
        ensure_windows(conn, self.settings().schedule, lambda: self.now)


def read(conn: Connection, period: Period, _: AlertSettings, kind: Kind, __: Seen | None) -> Facts:
    row = conn.execute("SELECT count(*), current_setting('transaction_isolation') FROM alerts").fetchone()
    assert row
    assert row[1] == "repeatable read"
    return Facts(kind, "", period, Totals(0, row[0], 0, 0, 0, 0, 0, 0), (), (), (), (), (), Capture(True, 0, 0))


def join(_: Connection, facts: Facts, __: Observed) -> Facts:
    """Know nothing of a cluster."""
    return facts


def record(_: Connection, __: UUID) -> None:
    """Nothing to record: there are no alerts."""


def to_json(facts: Facts) -> dict[str, Any]:
    return {"totals": {"occurrences": facts.totals.occurrences}, "start": facts.period.start.isoformat()}


def render(facts: Facts, digest_id: UUID, possible_repeat: bool) -> Cards:
    skipped = [f"{period.start:%d}" for period in facts.skipped]
    span = f"{facts.period.start:%d %H:%M}-{facts.period.end:%d %H:%M}"
    card = {"period": span, "repeat": possible_repeat, "skipped": skipped, "kind": facts.kind, "id": str(digest_id)}
    return Cards(card, card | {"repeat": True})


def told(world: World) -> list[tuple[str, bool, list[str]]]:
    return [(card["period"], card["repeat"], card["skipped"]) for card in world.cards]


def statuses(conn: Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT status FROM capture_windows ORDER BY window_start")]


PARTS = Parts(lambda _: None, read, record, lambda _: None, join, lambda *_: None, to_json, render)


@pytest.fixture
def world(database: str) -> World:
    """Return a world on the first evening."""
    return World(database, EVENING)


def test_nothing_is_due_while_the_window_is_open(world: World) -> None:
    with connect(world.url) as conn:
        assert run(world.runner(conn), "scheduled") == 0
        assert statuses(conn) == ["active"]
    assert world.cards == []


def test_a_closed_window_is_told_once(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 8, 0, 5, tzinfo=UTC)
        assert run(world.runner(conn), "scheduled") == 0
        assert run(world.runner(conn), "scheduled") == 0
        assert told(world) == [("01 18:00-02 08:00", False, [])]
        assert statuses(conn) == ["digest_sent", "active"]
        row = conn.execute("SELECT digest_sent_at, alert_count FROM capture_windows WHERE digest_sent_at > '-infinity'")
        assert row.fetchone() == (world.now, 0)
        totals = dict(conn.execute("SELECT metric, value FROM metric_totals").fetchall())
    assert totals["alertgest_teams_delivery_total"] == 1
    assert totals["alertgest_digest_last_sent_timestamp_seconds"] == world.now.timestamp()


def test_a_start_within_the_tolerance_waits_for_the_end(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 7, 58, 30, tzinfo=UTC)
        assert run(world.runner(conn), "scheduled") == 0
    assert world.waited == [90.0]
    assert told(world) == [("01 18:00-02 08:00", False, [])]


def test_missed_windows_are_caught_up_and_the_oldest_skipped_once_that_is_told(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 5, 9, tzinfo=UTC)
        world.answers = [REFUSED]
        assert run(world.runner(conn), "scheduled") == 5
        assert statuses(conn) == ["completed", "completed", "completed", "digest_sent", "active"]
        assert run(world.runner(conn, DIGEST_CATCH_UP="1"), "scheduled") == 0
        assert statuses(conn) == ["skipped", "skipped", "digest_sent", "digest_sent", "active"]
    assert told(world) == [
        ("03 18:00-04 08:00", False, ["01", "02"]),
        ("04 18:00-05 08:00", False, []),
        ("03 18:00-04 08:00", False, ["01", "02"]),
    ]


def test_an_unreachable_workflow_is_worth_a_retry_and_a_lost_answer_a_warning(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
        world.answers = [Delivery("unreachable", "no answer (ReadTimeout).", uncertain=True)]
        assert run(world.runner(conn), "scheduled") == 4
        assert run(world.runner(conn), "scheduled") == 0
    assert [card["repeat"] for card in world.cards] == [False, True]


def test_only_a_scheduled_digest_asks_for_noisy_rules_and_tells_them(world: World) -> None:
    asked = []

    def noise(_: Connection, period: Period) -> tuple[RuleVerdict, ...]:
        asked.append(period.end)
        return (judged("actionable"),)

    def shown(facts: Facts, *_: object) -> Cards:
        card = {"rules": [one.record.rule.alertname for one in facts.noise]}
        return Cards(card, card)

    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 8, 0, 5, tzinfo=UTC)
        runner = replace(world.runner(conn), parts=replace(PARTS, noise=noise, render=shown))
        assert run(runner, "adhoc") == 0
        assert run(runner, "scheduled") == 0
    assert asked == [datetime(2026, 7, 2, 8, tzinfo=UTC)]
    assert world.cards == [{"rules": []}, {"rules": ["DiskSlow"]}]


def test_an_adhoc_digest_leaves_the_window_due(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 1, 23, tzinfo=UTC)
        assert run(world.runner(conn), "adhoc") == 0
        world.now = datetime(2026, 7, 2, 10, tzinfo=UTC)
        assert run(world.runner(conn), "adhoc") == 0
        assert statuses(conn) == ["active"]
        assert run(world.runner(conn), "scheduled") == 0
    assert [card["kind"] for card in world.cards] == ["adhoc", "adhoc", "scheduled"]
    assert [card["period"] for card in world.cards] == ["01 18:00-01 23:00", "01 18:00-02 10:00", "01 18:00-02 08:00"]


def test_sending_is_on_record_before_the_post_and_a_run_that_was_taken_over_changes_nothing(world: World) -> None:
    states: list[str] = []

    def die() -> None:
        with connect(world.url) as other:
            states.extend(row[0] for row in other.execute("SELECT state FROM digests"))
            if len(world.cards) == 1:
                other.execute("UPDATE digests SET lease_until = now() - interval '1 second'")
                run(world.runner(other), "scheduled")

    world.during_post = die
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
        world.answers = [SENT, REFUSED]
        assert run(world.runner(conn), "scheduled") == 0
        assert [(entry.state, entry.attempt, entry.possible_repeat) for entry in entries(conn, 5)] == [
            ("sent", 2, True)
        ]
    assert states == ["sending", "sending"]
    assert [card["repeat"] for card in world.cards] == [False, True]


def test_a_card_that_cannot_be_made_gives_the_claim_back(world: World) -> None:
    def broken(*_: object) -> Facts:
        raise ZeroDivisionError

    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
        whole = world.runner(conn)
        failing = Runner(conn, whole.settings, replace(PARTS, read=broken), whole.outside, Run(uuid4()))
        with pytest.raises(ZeroDivisionError):
            run(failing, "scheduled")
        assert [entry.state for entry in entries(conn, 5)] == ["failed"]
        assert run(whole, "scheduled") == 0
    assert told(world) == [("01 18:00-02 08:00", False, [])]


def test_four_runs_at_once_behind_a_transaction_pooler_post_one_card(world: World) -> None:
    def work(url: str) -> int:
        with connect(url) as conn:
            return run(world.runner(conn), "scheduled")

    with connect(world.url) as conn:
        world.open_windows(conn)
    world.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
    with pgbouncer(world.url) as url, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, [url] * 4)) == [0, 0, 0, 0]
    assert told(world) == [("01 18:00-02 08:00", False, [])]


def test_times_are_utc_behind_a_transaction_pooler_whatever_the_server_thinks(world: World) -> None:
    with connect(world.url) as conn:
        conn.execute(f"ALTER DATABASE {conn.info.dbname} SET timezone = 'Asia/Tokyo'")
        world.open_windows(conn)
    with pgbouncer(world.url) as url, connect(url) as first, connect(url) as second:
        for conn in (first, second, first, second):
            row = conn.execute("SELECT window_start, current_setting('timezone') FROM capture_windows").fetchone()
            assert row
            assert (row[0].utcoffset(), row[1]) == (timedelta(0), "UTC")


def test_resending_a_failed_digest_posts_it_as_it_was_and_tells_its_window(world: World) -> None:
    with connect(world.url) as conn:
        world.open_windows(conn)
        world.now = datetime(2026, 7, 2, 9, tzinfo=UTC)
        world.answers = [REFUSED]
        assert run(world.runner(conn), "scheduled") == 5
        failed = entries(conn, 1)[0]
        assert resend(conn, kept(conn, str(failed.id)), world.post, lambda: world.now) == SENT
        assert statuses(conn) == ["digest_sent", "active"]
        assert entries(conn, 1)[0].state == "sent"
    assert world.cards[0] == world.cards[1]
