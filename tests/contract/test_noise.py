"""The noise report over a real PostgreSQL, against figures worked out by hand."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from random import Random

from digest.noise.command import noise_report
from digest.noise.model import Proposal, Report, Rule, RuleVerdict
from digest.noise.samples import AlertSample, record_samples
from digest.retention import prune
from store.connect import connect
from tests.noise_rows import DAY, NOW, Connection, ago, fire, settings

Fill = Callable[[Connection], None]


def report_of(url: str, fill: Fill, **environ: str) -> Report:
    with connect(url) as conn:
        fill(conn)
        return noise_report(conn, settings(**environ), 4, NOW)


def rule_of(url: str, fill: Fill, **environ: str) -> RuleVerdict:
    (one,) = report_of(url, fill, **environ).rules
    return one


def test_a_rule_is_counted_over_its_series(database: str) -> None:
    def fill(conn: Connection) -> None:
        # 300 to 200 and 250 to 150 minutes ago overlap: 150 minutes; 10 more a day earlier; the last of 4 minutes.
        fire(conn, "Slow", 300, 100, pod="a")
        fire(conn, "Slow", 250, 100, pod="b")
        fire(conn, "Slow", DAY + 60, 10, pod="a")
        fire(conn, "Slow", 2 * DAY, 4, pod="c")

    one = rule_of(database, fill).record
    assert (one.rule, one.firings, one.series) == (Rule("default", "", "Slow", "warning"), 4, 3)
    assert (one.firing_seconds, one.span_seconds) == (164 * 60, 2 * DAY * 60)
    assert (one.median_seconds, one.cleared_soon) == (600, 1)
    # 03:00 (300 minutes before 08:00), 03:50, 07:00 the day before, 08:00 two days before; all of these are mornings.
    assert {hour: number for hour, number in enumerate(one.hours) if number} == {3: 2, 7: 1, 8: 1}
    assert one.days == 3
    assert one.has_runbook


def test_severities_clusters_and_sources_are_rules_of_their_own(database: str) -> None:
    def fill(conn: Connection) -> None:
        fire(conn, "Slow", 100, 1)
        fire(conn, "Slow", 100, 1, severity="critical")
        fire(conn, "Slow", 100, 1, cluster="eu")
        fire(conn, "Slow", 100, 1, source="other")

    rules = [one.record.rule for one in report_of(database, fill).rules]
    assert sorted((rule.source, rule.cluster, rule.severity) for rule in rules) == [
        ("default", "", "critical"),
        ("default", "", "warning"),
        ("default", "eu", "warning"),
        ("other", "", "warning"),
    ]


def test_what_began_before_the_span_counts_and_only_its_time_inside(database: str) -> None:
    week = 7 * DAY

    def fill(conn: Connection) -> None:
        fire(conn, "Slow", week + 60, 90)
        fire(conn, "Gone", week + 60, 60)

    with connect(database) as conn:
        fill(conn)
        (one,) = noise_report(conn, settings(), 1, NOW).rules
    assert (one.record.rule.alertname, one.record.firings, one.record.firing_seconds) == ("Slow", 1, 30 * 60)
    assert one.record.median_seconds == 90 * 60


def test_a_start_that_a_replica_moved_counts_once(database: str) -> None:
    def fill(conn: Connection) -> None:
        fire(conn, "Slow", 100, 4)
        fire(conn, "Slow", 99.5, None, heard=97)  # within the first, its resolve was told for the other start
        fire(conn, "Slow", 50, 0.25)
        fire(conn, "Slow", 49.5, 0.25)  # apart, but within a minute
        fire(conn, "Slow", 20, 1)
        fire(conn, "Slow", 18.9, 1)  # another one

    one = rule_of(database, fill).record
    assert (one.firings, one.cleared_soon, one.median_seconds) == (4, 4, 60)
    assert one.firing_seconds == 240 + 45 + 60 + 60


def test_an_end_in_the_future_is_none_yet(database: str) -> None:
    one = rule_of(database, lambda conn: fire(conn, "Slow", 3, 10)).record
    assert (one.firing_seconds, one.cleared_soon) == (180, 0)


def test_an_end_that_was_not_told_is_the_last_news_and_clears_nothing(database: str) -> None:
    def fill(conn: Connection) -> None:
        for start in (500, 400, 300, 200):
            fire(conn, "Lost", start, None, heard=start - 2)
        fire(conn, "Lost", 100, None, heard=1)

    one = rule_of(database, fill)
    # Four of at least 2 minutes each, and one that fires since 100 minutes.
    assert (one.record.firings, one.record.firing_seconds, one.record.cleared_soon) == (5, (4 * 2 + 100) * 60, 0)
    assert one.record.median_seconds == 120
    assert (one.verdict, one.proposal) == ("flapping", None)


def test_a_resolve_that_came_late_ends_only_its_own_firing(database: str) -> None:
    def fill(conn: Connection) -> None:
        fire(conn, "Slow", 100, 10)
        conn.execute("UPDATE alerts SET resolved_received_at = %s", (ago(60),))
        fire(conn, "Slow", 70, None, heard=65)

    one = rule_of(database, fill).record
    assert (one.firings, one.firing_seconds) == (2, (10 + 70) * 60)


def test_without_news_for_thirteen_hours_it_is_known_to_fire_until_then_only(database: str) -> None:
    one = rule_of(database, lambda conn: fire(conn, "Quiet", 2000, None, heard=1000)).record
    assert one.firing_seconds == 1000 * 60
    assert rule_of_fresh(database) == 2000 * 60


def rule_of_fresh(url: str) -> int:
    """Return the seconds of the same where news came within thirteen hours."""
    with connect(url) as conn:
        conn.execute("UPDATE alerts SET last_firing_at = %s", (ago(13 * 60 - 1),))
        (one,) = noise_report(conn, settings(), 4, NOW).rules
    return one.record.firing_seconds


def test_heartbeats_and_what_is_excluded_are_no_rules(database: str) -> None:
    def fill(conn: Connection) -> None:
        for name, namespace in (
            ("Watchdog", "monitoring"),
            ("Slow", "dev-1"),
            ("Slow", "shop"),
            ("InfoInhibitor", "a"),
        ):
            fire(conn, name, 100, 1, namespace=namespace)

    one = rule_of(database, fill, ALERT_EXCLUDE='alertname="InfoInhibitor";namespace=~"dev-.*"')
    assert (one.record.rule.alertname, one.record.firings) == ("Slow", 1)


def together(conn: Connection, *, apart: float = 0) -> None:
    """Let two rules fire ten times at each of two pods, the second a minute and something later."""
    for number in range(10):
        for pod in ("a", "b"):
            fire(conn, "First", 20_000 - 1000 * number, 40, pod=pod)
            fire(conn, "Second", 19_999 - apart - 1000 * number, 40, pod=pod)


def test_two_rules_that_begin_together_are_one_too_many(database: str) -> None:
    second, first = report_of(database, together).rules
    assert (second.record.rule.alertname, second.verdict) == ("Second", "duplicate")
    assert second.proposal == Proposal("merge", 20, 0, into=first.record.rule)
    assert first.verdict == "actionable"


def test_two_rules_at_other_places_or_minutes_apart_are_two(database: str) -> None:
    def fill(conn: Connection) -> None:
        together(conn, apart=1.1)
        for number in range(10):
            fire(conn, "Third", 20_000 - 1000 * number, 40, pod="c")
            start = 20_000 - 1000 * number
            fire(conn, "Fourth", start, 40, pod="a", exported_pod="c", namespace="x", exported_namespace="shop")

    found = {one.record.rule.alertname: one.proposal for one in report_of(database, fill).rules}
    assert found["First"] is found["Second"] is None
    # The place of the fourth is what it tells about, not its exporter: the same as that of the third.
    assert found["Third"] == Proposal("merge", 10, 0, into=Rule("default", "", "Fourth", "warning"))
    assert found["Fourth"] is None


def test_the_report_says_how_far_back_it_reaches(database: str) -> None:
    def fill(conn: Connection) -> None:
        fire(conn, "Slow", 20 * DAY, 1)

    (note,) = report_of(database, fill).notes
    assert note == "The oldest alert kept came on Tue 07 Jul 2026 08:00: nothing is known of the time before."
    with connect(database) as conn:
        short = noise_report(conn, settings(ALERT_RETENTION_DAYS="10"), 4, NOW)
    assert short.since == NOW - timedelta(days=10)
    assert short.rules == ()
    assert short.notes == ("Alerts are kept for 10 days only (ALERT_RETENTION_DAYS): the report begins there.",)


def test_the_silenced_part_is_that_of_all_samples(database: str) -> None:
    slow = Rule("default", "", "Slow", "warning")

    def fill(conn: Connection) -> None:
        fire(conn, "Slow", 100, 1)
        fire(conn, "Other", 100, 1)
        fire(conn, "Never", 100, 1)
        unknown = AlertSample(Rule("", "", "Other", "warning"), 4, 4, 1)
        record_samples(
            conn, ago(60), [AlertSample(slow, 3, 3, 0), AlertSample(Rule("", "", "x\0y\ud800", ""), 1, 0, 0)]
        )
        record_samples(conn, ago(60), [AlertSample(slow, 3, 3, 0)])
        record_samples(conn, ago(30), [AlertSample(slow, 1, 0, 1), unknown])
        record_samples(conn, ago(50 * DAY), [AlertSample(slow, 100, 0, 0)])
        record_samples(conn, ago(30), [])

    found = {one.record.rule.alertname: one.record.silenced_share for one in report_of(database, fill).rules}
    assert found == {"Slow": 0.75, "Other": 1.0, "Never": None}


def test_samples_are_kept_as_long_as_alerts(database: str) -> None:
    with connect(database) as conn:
        for days in (11, 9):
            record_samples(conn, ago(days * DAY), [AlertSample(Rule("", "", "Slow", "warning"), 1, 0, 0)])
        assert prune(conn, settings(ALERT_RETENTION_DAYS="10").run, NOW)["alert_samples"] == 1
        assert conn.execute("SELECT at FROM alert_samples").fetchall() == [(ago(9 * DAY),)]


def minutes_left(firings: list[tuple[int, int]], longer: int, keep: int) -> int:
    """Return how many firings of a series are left, read off a ruler with a mark each minute."""
    on = {minute for start, end in firings for minute in range(start, end)}
    begun, lit, dark = 0, 0, keep
    for minute in range(min(on), max(on) + 2):
        if minute in on:
            lit += 1
            begun += lit == longer + 1 and dark >= keep
            dark = dark if lit <= longer else 0
        else:
            lit, dark = 0, dark + 1 if not lit else max(1, dark + 1)
    return begun


def test_each_proposal_removes_of_a_random_month_what_it_promised(database: str) -> None:
    random, told = Random(8), defaultdict[str, list[list[tuple[int, int]]]](list)
    with connect(database) as conn:
        for number in range(12):
            longest, pause = random.choice(((8, 200), (40, 6), (25, 300), (3, 12))) if number else (8, 200)
            for pod in "ab":
                now, firings = 20 * DAY, []
                for _ in range(random.randint(4, 25)):
                    now -= random.randint(2, pause)
                    length = random.randint(1, longest)
                    firings.append((20 * DAY - now, 20 * DAY - now + length))
                    fire(conn, f"Rule{number}", now, length, pod=f"{number}{pod}")
                    now -= length
                told[f"Rule{number}"].append(firings)
        rules = noise_report(conn, settings(), 4, NOW).rules
    kinds = set()
    for one in rules:
        proposal = one.proposal
        if proposal and proposal.kind in {"for", "keep_firing_for"}:
            kinds.add(proposal.kind)
            minutes = (proposal.seconds or 0) // 60
            step = (minutes, 0) if proposal.kind == "for" else (0, minutes)
            some = told[one.record.rule.alertname]
            assert proposal.before == sum(map(len, some))
            assert proposal.after == sum(minutes_left(firings, *step) for firings in some)
    assert kinds == {"for", "keep_firing_for"}
