"""Why no webhook told of an episode: held back all the time, nobody there to take it, too short, or not known."""

import pytest

from digest.confirm.model import AddedReason, Silence
from digest.confirm.reasons import Reasons
from digest.health.model import Span
from store.matchers import Matcher
from tests.unit.digest.confirm.night import LABELS, minute

SILENCE = Silence((Matcher("alertname", "=~", "Do.*"), Matcher("namespace", "=", "shop")), minute(100), minute(200))
REASONS = Reasons((SILENCE,), (Span(minute(300), minute(320)),))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (100, 200, "suppressed"),
        (99.5, 199, "suppressed"),
        (99, 150, "not_told"),
        (150, 201, "not_told"),
        (310, 312, "receiver_away"),
        (280, 301, "receiver_away"),
        (290, 300, "not_told"),
        (320, 324, "short"),
        (320, 325, "not_told"),
    ],
)
def test_reason(start: float, end: float, reason: AddedReason) -> None:
    assert REASONS.of(LABELS, minute(start), minute(end)) == reason


def test_a_silence_of_others_holds_nothing_back() -> None:
    assert REASONS.of(LABELS | {"namespace": "other"}, minute(110), minute(150)) == "not_told"
