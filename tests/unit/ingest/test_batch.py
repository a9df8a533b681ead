"""A batch becomes statements in which no row is changed twice, and whose rows come in one order."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.batch import CHUNK, Told, chunks
from ingest.payload import Episode, Message

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)


def episode(fingerprint: str, hour: int = 20, **annotations: str) -> Episode:
    return Episode(fingerprint, {}, annotations, NOW.replace(hour=hour), None, "")


def told(*episodes: Episode, source: str = "default") -> Told:
    return Told(Message("", "", "firing", 0, episodes, ()), source, NOW)


def rows(batch: list[Told]) -> list[list[tuple[int, str]]]:
    """Return, for each statement, the number of the message and the fingerprint of each row."""
    return [[(row.number, row.fingerprint) for row in chunk] for chunk in chunks(batch)]


keys = st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=9), max_size=5)


@given(keys)
def test_each_telling_is_in_one_chunk_and_no_key_twice_in_the_same(messages: list[list[tuple[str, int]]]) -> None:
    number = iter(range(1000))
    batch = [told(*(episode(name, hour, n=str(next(number))) for name, hour in some)) for some in messages]
    parts = list(chunks(batch))
    sent = sorted((row.number, row.annotations["n"]) for chunk in parts for row in chunk)
    assert sent == sorted((n, one.annotations["n"]) for n, some in enumerate(batch) for one in some.message.episodes)
    for chunk in parts:
        assert len({(row.fingerprint, row.starts_at) for row in chunk}) == len(chunk) <= CHUNK


def test_a_storm_comes_in_chunks_in_the_order_of_the_keys() -> None:
    storm = [episode(f"{(n * 7919) % 1201:04}") for n in range(1201)]
    parts = [[row.fingerprint for row in chunk] for chunk in chunks([told(*storm)])]
    assert [len(part) for part in parts] == [500, 500, 201]
    assert [name for part in parts for name in part] == [f"{n:04}" for n in range(1201)]


def test_equal_episodes_of_one_message_are_told_once_and_those_of_two_messages_twice() -> None:
    one = episode("a")
    assert rows([told(one, one, one)]) == [[(0, "a")]]
    assert rows([told(one, one), told(one)]) == [[(0, "a")], [(1, "a")]]


def test_different_tellings_of_one_episode_come_one_after_the_other() -> None:
    batch = [told(episode("a", n="1"), episode("a", n="2"), episode("b"))]
    assert rows(batch) == [[(0, "a"), (0, "b")], [(0, "a")]]


def test_the_same_fingerprint_of_two_sources_is_two_rows_of_one_statement() -> None:
    batch = [told(episode("a"), source="east"), told(episode("a"), source="west")]
    assert rows(batch) == [[(0, "a"), (1, "a")]]


def test_a_message_without_alerts_becomes_no_statement() -> None:
    assert rows([told()]) == []
