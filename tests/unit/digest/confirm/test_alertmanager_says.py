"""Alertmanager says what fires now; what it lacks has cleared, and not before it was last heard of."""

from dataclasses import replace

import pytest

from digest.confirm.model import Corrected, Suppression
from digest.confirm.reconcile import Night
from digest.confirm.routing import Route
from store.matchers import Matcher
from tests.unit.digest.confirm.night import (
    CUT_OFF,
    alertmanager,
    corrected,
    episode,
    firing,
    living,
    minute,
    night,
    prometheus,
    series,
    stretch,
    told,
)

SILENCED = Suppression("silenced", "alice", "planned", minute(900), 1)
OTHER = series(alertname="Other")


def test_what_it_has_is_confirmed_and_nothing_changes() -> None:
    found = corrected(night(alertmanager(living(10))), episode(1, 10, 800))
    assert found == Corrected()


def test_what_it_lacks_ended_no_earlier_than_it_was_last_heard_of() -> None:
    found = corrected(night(alertmanager(living(5, of=OTHER))), episode(1, 10, 200))
    assert told(found.changed) == [(10, "resolved", 200)]
    assert [one.fingerprint for one in found.closed] == [series().fingerprint]


def test_what_is_stale_is_closed_or_fires_as_it_says() -> None:
    assert told(corrected(night(alertmanager()), episode(1, 10, 20, "stale")).changed) == [(10, "resolved", 20)]
    fires = corrected(night(alertmanager(living(10))), episode(1, 10, 20, "stale"))
    assert told(fires.changed) == [(10, "firing", None)]


@pytest.mark.parametrize("known", [night(alertmanager(complete=False)), night(alertmanager(), closable=frozenset())])
def test_one_that_may_not_know_all_closes_nothing_and_what_it_lacks_is_not_confirmed(known: Night) -> None:
    found = corrected(known, episode(1, 10, 200))
    assert (found.changed, found.closed) == ((), ())
    assert [one.fingerprint for one in found.unconfirmed] == [series().fingerprint]


def test_news_that_came_while_it_was_asked_stays() -> None:
    assert corrected(night(alertmanager()), episode(1, 10, CUT_OFF)).changed == ()


def test_a_later_start_is_another_episode_and_the_first_one_ended() -> None:
    found = corrected(night(alertmanager(living(300))), episode(1, 10, 200))
    assert told(found.changed) == [(10, "resolved", 200)]
    assert told(found.added) == [(300, "firing", None)]
    assert (found.closed, found.added[0].reason) == ((), "not_told")


def test_a_start_that_moved_earlier_is_the_same_episode() -> None:
    assert told(corrected(night(alertmanager(living(5))), episode(1, 10, 200)).changed) == [(5, "firing", None)]


def test_a_start_between_two_messages_of_one_episode_is_the_same_episode() -> None:
    assert corrected(night(alertmanager(living(50))), episode(1, 10, 200)).added == ()


def test_what_was_told_with_its_end_is_never_taken_back() -> None:
    assert corrected(night(alertmanager()), episode(1, 10, 200, "resolved", 200)) == Corrected()


def test_what_begins_again_after_the_period_is_told_as_firing_and_not_as_an_episode_of_it() -> None:
    found = corrected(night(alertmanager(living(842))), episode(1, 10, 200, "resolved", 200))
    assert told(found.changed) == [(10, "firing", 200)]
    assert found.added == ()


def test_what_it_holds_back_is_told_with_the_reason() -> None:
    found = corrected(night(alertmanager(living(10, SILENCED), living(30, SILENCED, of=OTHER))), episode(1, 10, 800))
    assert [(one.series.labels["alertname"], one.suppressions) for one in found.suppressed] == [
        ("Down", (SILENCED,)),
        ("Other", (SILENCED,)),
    ]
    assert [(one.series.labels["alertname"], one.reason) for one in found.added] == [("Other", "suppressed")]


def test_other_clusters_are_none_of_its_business() -> None:
    assert corrected(night(alertmanager()), episode(1, 10, 200, of=series(cluster="us"))) == Corrected()


def test_what_its_routes_send_to_others_is_not_added() -> None:
    pager = Route("pager", (Matcher("alertname", "=", "Down"),), goes_on=False, routes=())
    routes = Route("alertgest", (), goes_on=False, routes=(pager,))
    known = night(alertmanager(living(30, receivers=("pager",))), receivers=frozenset({"alertgest"}))
    assert corrected(known).added == ()
    known = night(alertmanager(routes=routes), prometheus(firing(stretch(5, 9))), frozenset({"alertgest"}))
    assert (corrected(known).added, corrected(known).unrouted) == ((), ("Down",))


def test_several_sources_are_all_confirmed() -> None:
    known = replace(night(alertmanager(living(10))), ours=frozenset({("default", "eu"), ("b", "eu")}))
    twice = (episode(1, 10, 200), episode(2, 10, 200, of=series("b")))
    assert corrected(known, *twice) == Corrected()


def test_what_grafana_posted_is_not_closed_for_that() -> None:
    grafana = replace(series(), fingerprint="c0ffee")
    found = corrected(night(alertmanager()), episode(1, 10, 200, of=grafana))
    assert (found.changed, [one.fingerprint for one in found.unconfirmed]) == ((), ["c0ffee"])


def test_alerts_of_other_clusters_are_not_added() -> None:
    known = replace(night(alertmanager(living(5, of=series(cluster="us")))), clusters=frozenset({"", "eu"}))
    assert corrected(known, episode(1, 10, 20, "resolved", 20)).added == ()


def test_receivers_of_others_say_nothing_of_its_routes() -> None:
    routes = Route("alertgest", (), goes_on=False, routes=())
    known = night(alertmanager(living(30, receivers=("alertgest",)), routes=routes), receivers=frozenset({"grafana"}))
    assert told(corrected(known).added) == [(30, "firing", None)]
