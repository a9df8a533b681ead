"""What the name of a Job tells."""

from datetime import UTC, datetime

import pytest

from digest.job import kind_of
from digest.settings import read_settings
from store.errors import SettingsError

DATABASE = {"DATABASE_URL": "postgresql://localhost/a"}


@pytest.mark.parametrize(
    ("wish", "job_name", "by_hand", "kind"),
    [
        ("auto", "", None, "scheduled"),
        ("auto", "alertgest-digest-29384720", None, "scheduled"),
        ("auto", "alertgest-digest-293847201", None, "scheduled"),
        ("auto", "alertgest-digest-2938472", None, "adhoc"),
        ("auto", "now", None, "adhoc"),
        ("auto", "29384720-now", None, "adhoc"),
        ("auto", "alertgest-digest-29384720", True, "adhoc"),
        ("auto", "now", False, "scheduled"),
        ("scheduled", "now", True, "scheduled"),
        ("adhoc", "alertgest-digest-29384720", False, "adhoc"),
    ],
)
def test_the_job_itself_tells_who_made_it_or_else_its_name(
    wish: str, job_name: str, by_hand: bool | None, kind: str
) -> None:
    assert kind_of(wish, job_name, lambda: by_hand) == kind


def test_a_time_without_a_zone_is_in_the_zone_of_the_windows() -> None:
    given = {"DIGEST_FROM": "2026-07-01T18:00", "DIGEST_TO": "2026-07-02T06:00:00Z"}
    settings = read_settings(DATABASE | given | {"CAPTURE_WINDOW_TIMEZONE": "Europe/London"})
    assert settings.run.start == datetime(2026, 7, 1, 17, tzinfo=UTC)
    assert settings.run.end == datetime(2026, 7, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"DIGEST_TO": "2026-07-01T18:00"}, "DIGEST_TO needs DIGEST_FROM"),
        ({"DIGEST_FROM": "2026-07-01", "DIGEST_TO": "2026-07-01"}, "DIGEST_FROM must be before DIGEST_TO"),
        ({"DIGEST_FROM": "yesterday"}, "DIGEST_FROM must be a time such as 2026-11-24T18:00, not 'yesterday'"),
    ],
)
def test_a_period_that_cannot_be_is_told(given: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        read_settings(DATABASE | given)
