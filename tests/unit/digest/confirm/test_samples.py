"""A sample counts the series of each rule, and those of them that are silenced or inhibited."""

from digest.confirm.model import Suppression
from digest.confirm.samples import samples_of
from digest.noise.model import Rule
from digest.noise.samples import AlertSample
from tests.unit.digest.confirm.night import alertmanager, living, series

SILENCED, MUTED = (Suppression(kind, "", "", None, 1) for kind in ("silenced", "muted"))
INHIBITED = Suppression("inhibited", "Other", "", None, 1)


def test_series_are_counted_by_rule() -> None:
    seen = alertmanager(
        living(1, of=series(pod="a")),
        living(1, SILENCED, SILENCED, of=series(pod="b")),
        living(1, SILENCED, INHIBITED, of=series(pod="c")),
        living(1, INHIBITED, of=series(pod="d")),
        living(1, MUTED, of=series(alertname="Muted")),
        living(1, of=series(severity="critical")),
    )
    assert samples_of(seen, "cluster") == (
        AlertSample(Rule("", "eu", "Down", "critical"), 1, 0, 0),
        AlertSample(Rule("", "eu", "Down", "warning"), 4, 2, 2),
        AlertSample(Rule("", "eu", "Muted", "warning"), 1, 1, 0),
    )


def test_nothing_that_fires_gives_no_sample() -> None:
    assert samples_of(alertmanager(), "cluster") == ()
