"""Prometheus knows starts and ends to the evaluation, and what no webhook told."""

from hypothesis import given
from hypothesis import strategies as st

from digest.confirm.model import Corrected
from tests.unit.digest.confirm.night import (
    alertmanager,
    corrected,
    episode,
    firing,
    living,
    night,
    prometheus,
    series,
    stretch,
    told,
)


def test_a_lost_end_is_known_to_the_evaluation() -> None:
    found = corrected(night(None, prometheus(firing(stretch(10, 240)))), episode(1, 10, 200))
    assert told(found.changed) == [(10, "resolved", 240)]
    assert len(found.closed) == 1


def test_what_it_lacks_at_the_end_is_not_closed_where_it_had_stopped_itself() -> None:
    server = prometheus(firing(stretch(10, 240)), until=240)
    assert corrected(night(None, server), episode(1, 10, 200)).changed == ()


def test_what_no_webhook_told_is_added_with_the_external_labels() -> None:
    server = prometheus(firing(stretch(10, 20)), firing(stretch(30, 33), pod="b"))
    found = corrected(night(None, server), episode(1, 10, 20, "resolved", 20))
    assert told(found.added) == [(30, "resolved", 33)]
    assert dict(found.added[0].series.labels)["cluster"] == "eu"
    assert (found.added[0].series.cluster, found.added[0].reason) == ("eu", "short")


def test_a_second_episode_of_a_series_is_added_to_it() -> None:
    server = prometheus(firing(stretch(10, 20), stretch(22, 40)))
    found = corrected(night(None, server), episode(1, 10, 20, "resolved", 20))
    assert (told(found.added), found.changed) == ([(22, "resolved", 40)], ())
    assert found.added[0].series == series()


def test_an_end_by_timeout_is_mended_where_it_went_on() -> None:
    server = prometheus(firing(stretch(10, 400)))
    found = corrected(night(None, server), episode(1, 10, 100, "resolved", 104))
    assert told(found.changed) == [(10, "resolved", 400)]


def test_what_fires_there_fires_whatever_alertmanager_lacks() -> None:
    known = night(alertmanager(), prometheus(firing(stretch(10))))
    assert corrected(known, episode(1, 10, 200)) == Corrected()


def test_an_episode_that_it_does_not_know_is_left_as_it_is() -> None:
    other = prometheus(firing(stretch(10, 20), alertname="Other"))
    found = corrected(night(None, other), episode(1, 10, 200))
    assert (found.changed, [row.series.labels["alertname"] for row in found.added]) == ((), ["Other"])


def test_what_begins_after_the_period_is_not_of_it() -> None:
    assert corrected(night(None, prometheus(firing(stretch(842))))).added == ()


def test_an_alert_of_alertmanager_alone_is_not_added_twice() -> None:
    known = night(alertmanager(living(30)), prometheus(firing(stretch(30))))
    assert told(corrected(known).added) == [(30, "firing", None)]


@given(st.sets(st.integers(0, 100).map(lambda n: n * 8), max_size=12), st.data())
def test_whichever_episodes_webhooks_told_with_prometheus_the_night_is_whole(
    starts: set[int], data: st.DataObject
) -> None:
    """Each episode lasts three minutes; of each, webhooks told all, only its beginning, or nothing."""
    rows = []
    for number, start in enumerate(sorted(starts), 1):
        how = data.draw(st.sampled_from(["whole", "beginning", "nothing"]))
        if how == "whole":
            rows.append(episode(number, start, start, "resolved", start + 3))
        elif how == "beginning":
            rows.append(episode(number, start, start + 1, data.draw(st.sampled_from(["firing", "superseded"]))))
    found = corrected(night(None, prometheus(firing(*(stretch(at, at + 3) for at in sorted(starts))))), *rows)
    changed = {row.id: row for row in found.changed}
    whole = [*(changed.get(row.id, row) for row in rows), *found.added]
    assert sorted(told(tuple(whole))) == [(at, "resolved", at + 3) for at in sorted(starts)]
