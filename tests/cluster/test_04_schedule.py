"""The CronJob by itself, in a time zone of its own; a digest that is killed at any point; a wrong configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tests.cluster.card import words
from tests.cluster.cluster import Object, eventually
from tests.cluster.conftest import ZONE
from tests.cluster.processes import kill
from tests.cluster.release import Release

REPEAT = "may be a repeat"
SOON_SECONDS = 60
"""For a Job's next pod, which must not wait for the lease of the one before: that is six minutes."""
_SCHEDULED = {"DIGEST_KIND": "scheduled"}
_DIGESTS = "app.kubernetes.io/component=digest"


def test_the_schedule_is_the_end_of_the_window_in_its_zone(nightly: Release, end: datetime) -> None:
    spec = nightly.cluster.get("-n", nightly.namespace, "cronjob", "alertgest-digest")["spec"]
    assert (spec["schedule"], spec["timeZone"]) == (f"{end.minute} {end.hour} * * *", ZONE.key)


def test_at_the_end_of_the_window_its_card_comes_once_whoever_else_asks(nightly: Release, end: datetime) -> None:
    cluster, until = nightly.cluster, (end.astimezone(UTC) - datetime.now(UTC)).total_seconds() + 60
    try:
        eventually(nightly.posts, "the card of the CronJob", until)
        nightly.create_job("also-scheduled", **_SCHEDULED)
        eventually(lambda: nightly.job("also-scheduled")["status"].get("ready"), "a second run beside the first")
        nightly.create_job("by-hand", DIGEST_KIND="adhoc")
        eventually(lambda: len(nightly.posts()) > 1, "the card on request")
    finally:
        nightly.answer()
    assert [nightly.finished(job) for job in ("also-scheduled", "by-hand")] == ["Complete"] * 2
    (by_itself,) = (one for one in cluster.get("-n", nightly.namespace, "jobs", "-l", _DIGESTS) if _is_scheduled(one))
    assert nightly.finished(by_itself["metadata"]["name"]) == "Complete"
    scheduled, on_request = (words(post) for post in nightly.posts())
    assert f"{end:%H:%M}" in scheduled
    assert ("On request" in scheduled, "On request" in on_request) == (False, True)
    assert REPEAT not in scheduled + on_request


def _is_scheduled(job: Object) -> bool:
    return "batch.kubernetes.io/cronjob-scheduled-timestamp" in job["metadata"].get("annotations", {})


def test_killed_before_it_posts_it_is_tried_again_and_posts_once(nightly: Release) -> None:
    due(nightly, 1)
    with locked(nightly, "webhook_deliveries"):
        nightly.create_job("killed-before", **_SCHEDULED)
        eventually(lambda: waits_for_a_lock(nightly), "a run that waits")
        kill_run(nightly, "killed-before")
    (post,) = cards_after(nightly, "killed-before")
    assert REPEAT not in words(post)


def test_killed_while_it_posts_it_posts_again_and_says_so(nightly: Release) -> None:
    due(nightly, 2)
    before = len(nightly.posts())
    with nightly.held():
        nightly.create_job("killed-while", **_SCHEDULED)
        eventually(lambda: len(nightly.posts()) > before, "the post")
        kill_run(nightly, "killed-while")
    first, second = cards_after(nightly, "killed-while", before)
    assert (REPEAT in words(first), REPEAT in words(second)) == (False, True)


def test_killed_after_it_has_posted_it_posts_again_and_says_so(nightly: Release) -> None:
    due(nightly, 3)
    before = len(nightly.posts())
    with nightly.held():
        nightly.create_job("killed-after", **_SCHEDULED)
        eventually(lambda: len(nightly.posts()) > before, "the post")
        with locked(nightly, "digests"):
            nightly.answer()
            eventually(lambda: waits_for_a_lock(nightly), "a run that wants to write down what it did")
            kill_run(nightly, "killed-after")
    first, second = cards_after(nightly, "killed-after", before)
    assert (REPEAT in words(first), REPEAT in words(second)) == (False, True)


def test_a_wrong_configuration_ends_the_job_at_once_and_the_log_says_what_to_set(nightly: Release) -> None:
    nightly.create_job("wrong", CAPTURE_WINDOW_TIMEZONE="Europe/Atlantis")
    assert nightly.finished("wrong") == "PodFailurePolicy"
    assert nightly.job("wrong")["status"]["failed"] == 1
    assert "CAPTURE_WINDOW_TIMEZONE" in nightly.log("wrong")
    assert "captureWindow.timezone" in nightly.log("wrong")


def test_a_card_that_teams_refuses_ends_the_job_at_once(nightly: Release) -> None:
    due(nightly, 4)
    nightly.answer(400)
    try:
        nightly.create_job("refused", **_SCHEDULED)
        assert nightly.finished("refused") == "PodFailurePolicy"
    finally:
        nightly.answer()
    assert "400" in nightly.log("refused")


def due(release: Release, days: int) -> None:
    """Let a night of some days ago have closed without a digest."""
    now = "date_trunc('minute', now())"
    times = f"{now} - interval '{days} days 8 hours', {now} - interval '{days} days'"
    release.sql(f"INSERT INTO capture_windows (window_start, window_end, status) VALUES ({times}, 'completed')")


@contextmanager
def locked(release: Release, table: str) -> Iterator[None]:
    """Hold a table, so that a run waits where it wants to write to it."""
    where = ("-n", release.namespace, "exec", "-i", "alertgest-postgresql-0", "--")
    with release.cluster.start("kubectl", *where, "psql", "-U", "alertgest", "-q") as psql:
        assert psql.stdin
        psql.stdin.write(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;\n")
        psql.stdin.flush()
        held = (
            f"SELECT 1 FROM pg_locks WHERE relation = '{table}'::regclass AND mode = 'AccessExclusiveLock' AND granted"
        )
        eventually(lambda: release.sql(held), f"the lock of {table}")
        try:
            yield
        finally:
            psql.stdin.close()


def waits_for_a_lock(release: Release) -> bool:
    return bool(release.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


def kill_run(release: Release, job: str) -> None:
    (pod,) = release.cluster.get("-n", release.namespace, "pods", "-l", f"batch.kubernetes.io/job-name={job}")
    kill(release.cluster, pod, "alertgest-digest")


def cards_after(release: Release, job: str, before: int | None = None) -> list[object]:
    """Wait for the end of a Job that was killed once and return what it posted."""
    known = len(release.posts()) if before is None else before
    assert release.finished(job, SOON_SECONDS) == "Complete", release.log(job)
    assert release.job(job)["status"]["failed"] == 1
    return list(release.posts()[known:])
