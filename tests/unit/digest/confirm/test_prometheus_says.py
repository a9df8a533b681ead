"""Prometheus knows starts and ends to the evaluation, and what no webhook told."""

from dataclasses import replace

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

EU = frozenset({"", "eu"})


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


def test_samples_that_lag_behind_the_clock_close_nothing() -> None:
    # Its last evaluation is two minutes old, and said that the alert fires.
    found = corrected(night(None, prometheus(firing(stretch(10, 843)), until=843)), episode(1, 10, 200))
    assert (found.changed, found.closed, found.unconfirmed) == ((), (), ())


def test_what_no_webhook_told_fires_or_is_stale_where_prometheus_stopped() -> None:
    lagging = corrected(night(None, prometheus(firing(stretch(10, 843)), until=843)))
    assert told(lagging.added) == [(10, "firing", None)]
    stopped = corrected(night(None, prometheus(firing(stretch(10, 400)), firing(stretch(10, 50), pod="b"), until=400)))
    assert sorted(told(stopped.added)) == [(10, "resolved", 50), (10, "stale", 400)]


def test_what_fired_before_the_time_that_was_asked_for_goes_on_with_the_episode_that_was_open() -> None:
    cut = replace(stretch(0, 240), cut=True)
    found = corrected(night(None, prometheus(firing(cut))), episode(1, -300, -200))
    assert (told(found.changed), found.added) == ([(-300, "resolved", 240)], ())


def test_an_episode_told_late_does_not_swallow_the_next_one() -> None:
    server = prometheus(firing(stretch(10, 12), stretch(14, 20)))
    found = corrected(night(None, server), episode(1, 10, 14.2))
    assert (told(found.changed), told(found.added)) == ([(10, "resolved", 12)], [(14, "resolved", 20)])
    both = corrected(night(None, server), episode(1, 10, 14.2, "superseded"), episode(2, 14, 20, "resolved", 20))
    assert (told(both.changed), both.added) == ([(10, "resolved", 12)], ())


def test_alerts_of_other_clusters_are_not_added() -> None:
    both = prometheus(*(firing(stretch(5, 9), cluster=cluster) for cluster in ("eu", "us")))
    ours = replace(night(None, both), clusters=EU)
    whole = corrected(ours, episode(1, 5, 9, "resolved", 9))
    assert whole.added == ()
    assert [row.series.cluster for row in corrected(replace(ours, clusters=None)).added] == ["eu", "us"]


def test_replicas_of_one_prometheus_are_one_series() -> None:
    server = prometheus(firing(stretch(10, 20), replica="a"), firing(stretch(10.5, 20.5), replica="b"))
    assert told(corrected(night(None, server)).added) == [(10, "resolved", 20.5)]


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
