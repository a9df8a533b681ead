"""When each group fired and its newest episodes, as the queries tell them; worked out by hand."""

from datetime import timedelta
from typing import Any

import psycopg

from digest.episode import Episode
from digest.health.model import Span
from tests.contract.test_read_facts import MORNING, group_of
from tests.rows import NIGHT, at, episode, fired


def test_a_group_has_when_it_fired_in_the_night_and_its_newest_episodes(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        episode(conn, "Down", "17:00", "19:00", pod="a")
        episode(conn, "Down", "18:30", "20:00", pod="b")
        episode(conn, "Down", "23:00", heard="07:59", pod="a")

    group = group_of(database, fill)
    assert group.fired == (Span(NIGHT, at("20:00")), Span(at("23:00"), MORNING))
    assert group.episodes == (
        Episode(at("23:00"), None, "firing", (("pod", "a"),)),
        Episode(at("18:30"), at("20:00"), "cleared", (("pod", "b"),)),
        Episode(at("17:00"), at("19:00"), "cleared", (("pod", "a"),)),
    )


def test_of_more_than_sixty_spans_the_shortest_breaks_are_not_kept(database: str) -> None:
    def fill(conn: psycopg.Connection[Any]) -> None:
        for number in range(62):  # of five minutes, every ten
            start = NIGHT + timedelta(minutes=10 * number)
            fired(conn, "Flaps", start, start + timedelta(minutes=5 if number else 9), start)
        fired(conn, "Flaps", at("05:00"), at("05:05"), at("05:00"))

    # 63 spans: three breaks go, that of a minute and of the many of five minutes the latest two.
    group = group_of(database, fill)
    assert (len(group.fired), group.fired_merged, group.total_occurrences) == (60, 3, 63)
    assert group.fired[0] == Span(NIGHT, NIGHT + timedelta(minutes=15))
    assert group.fired[-2] == Span(NIGHT + timedelta(minutes=590), NIGHT + timedelta(minutes=615))
    assert [one.start for one in group.episodes[:2]] == [at("05:00"), NIGHT + timedelta(minutes=610)]
    assert len(group.episodes) == 20


def test_a_stale_episode_ends_with_its_last_news(database: str) -> None:
    group = group_of(database, lambda conn: episode(conn, "Stale", "18:10", heard="18:30"))
    assert group.episodes == (Episode(at("18:10"), at("18:30"), "stale"),)
