"""What a soak expects, worked out by hand, and that its webhooks and faults come from its seed."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.soak.author import Author
from bench.soak.counts import of_metrics
from bench.soak.model import Delivery, Model, Telling, Webhook
from bench.soak.samples import course
from bench.soak.schedule import FAULTS, plan

START = datetime(2026, 7, 1, 20, tzinfo=UTC)
KEY = ("f", START)


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def told(model: Model, at: float, end: float | None, attempts: int = 1, took: float = 0) -> None:
    """Acknowledge one alert, received within ``took`` minutes from ``at`` on."""
    telling = Telling(*KEY, None if end is None else minutes(end))
    model.acknowledge(Delivery(Webhook("k", b"", (telling,)), minutes(at), minutes(at + took), attempts))


@pytest.mark.parametrize(
    ("messages", "states"),
    [
        ([(0, None)], {"firing"}),
        ([(0, None), (5, 4)], {"resolved"}),
        ([(5, 4), (6.9, None)], {"resolved"}),
        ([(5, 4), (7.1, None)], {"firing"}),
        ([(7.1, None), (5, 4)], {"firing"}),
        ([(5, 4), (7.1, None), (8, 7.5)], {"resolved"}),
    ],
)
def test_an_episode_fires_again_where_it_was_told_so_more_than_two_minutes_after_its_end(
    messages: list[tuple[float, float | None]], states: set[str]
) -> None:
    model = Model()
    for at, end in messages:
        told(model, at, end)
    assert model.episodes[KEY].states() == states


def test_where_the_moment_of_receipt_is_not_known_well_enough_both_states_are_right() -> None:
    model = Model()
    told(model, 5, 4)
    told(model, 6.5, None, took=1)
    assert model.episodes[KEY].states() == {"firing", "resolved"}


def test_the_last_end_holds_and_an_attempt_without_an_answer_may_have_been_kept() -> None:
    model = Model()
    told(model, 5, 4, attempts=3)
    told(model, 6, 3)
    episode = model.episodes[KEY]
    assert episode.ends_at == minutes(4)
    assert [number for number in range(7) if episode.deliveries.hold(number)] == [2, 3, 4]
    assert [number for number in range(7) if model.delivered["k"].hold(number)] == [2, 3, 4]


def test_bad_alerts_are_expected_in_the_quarantine_each_time_that_they_were_sent() -> None:
    model = Model()
    model.acknowledge(Delivery(Webhook("k", b"", invalid=2), START, START, 2))
    assert (model.quarantined["k"].least, model.quarantined["k"].most, model.delivered) == (2, 4, {})


def test_the_same_seed_gives_the_same_webhooks_and_faults() -> None:
    authors = [Author("00aa", seed) for seed in (1, 1, 2)]
    first, again, other = [[author.write(minutes(one)) for one in range(50)] for author in authors]
    assert first == again != other
    assert plan(600, 1) == plan(600, 1) != plan(600, 2)


def test_every_kind_of_fault_comes_in_two_minutes() -> None:
    assert {planned.name for planned in plan(120, 3)} == set(FAULTS)


def test_memory_that_grows_is_seen() -> None:
    flat, grows = course([100] * 10), course([*range(100, 200, 10)])
    assert (flat.early, flat.late, flat.flat(0)) == (100, 100, True)
    assert (grows.early, grows.late, grows.flat(50), grows.flat(60)) == (125, 185, True, True)
    assert not grows.flat(40)


def test_metrics_are_summed_over_their_labels() -> None:
    text = (
        'alertgest_webhooks_total{code="200"} 3.0\nalertgest_alerts_received_total{alertname="A"} 2.0\n'
        'alertgest_alerts_received_total{alertname="B"} 5.0\nalertgest_alerts_stored_total{alertname="A"} 6.0\n'
    )
    assert [(count.what, count.wrong) for count in of_metrics(text, {"200": 3}, 7)] == [
        ("metrics: webhooks answered with 200", 0),
        ("metrics: alerts received", 0),
        ("metrics: alerts stored", 1),
    ]
