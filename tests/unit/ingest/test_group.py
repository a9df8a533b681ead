"""Messages that wait while others are written are committed together, and none suffers for its neighbours."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.batch import CHUNK, CHUNK_BYTES, Told
from ingest.database import ContentRefusedError, DatabaseAwayError
from ingest.group import GroupCommit
from ingest.keep import Kept
from ingest.payload import Episode, Message

NOW = datetime(2026, 7, 1, 22, tzinfo=UTC)


def told(name: str, alerts: int = 1) -> Told:
    episodes = tuple(Episode(f"{name}{number}", {}, {}, NOW, None, "") for number in range(alerts))
    return Told(Message(name, "", "firing", 0, episodes, ()), "default", NOW)


class Store:
    """Commits what it is given once ``open`` is set, and notes each batch by the names of its messages."""

    def __init__(self) -> None:
        """Begin with nothing committed, and closed."""
        self.batches: list[list[str]] = []
        self.open = asyncio.Event()
        self.begun = asyncio.Semaphore(0)

    async def keep(self, batch: Sequence[Told]) -> list[Kept]:
        """Commit a batch, unless it has a message that is refused or finds the database down."""
        names = [one.message.receiver for one in batch]
        self.batches.append(names)
        self.begun.release()
        await self.open.wait()
        if any(name.startswith("poison") for name in names):
            raise ContentRefusedError("CheckViolation")
        if "down" in names:
            raise DatabaseAwayError("OperationalError")
        return [Kept(one.size, 0, 0, 0, {}) for one in batch]

    async def sift(self, one: Told) -> Kept:
        """Note that a message was sifted; all of it is bad, and of one not even that can be kept."""
        self.batches.append([f"sifted {one.message.receiver}"])
        if one.message.receiver == "poison through and through":
            raise ContentRefusedError("not even sifted")
        return Kept(0, 0, 0, one.size, {})


def run(work: Callable[[Store], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        await work(Store())

    asyncio.run(whole())


async def together(group: GroupCommit, store: Store, *messages: Told) -> list[Kept | BaseException]:
    """Send the first message alone and the others while it is written; return what becomes of each."""
    tasks = [asyncio.create_task(group.keep(messages[0]))]
    await store.begun.acquire()
    tasks += [asyncio.create_task(group.keep(one)) for one in messages[1:]]
    await asyncio.sleep(0)
    store.open.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_what_waits_while_one_is_written_is_committed_together_and_each_learns_its_own() -> None:
    async def work(store: Store) -> None:
        kept = await together(GroupCommit(store.keep, store.sift, 1), store, told("a"), told("b", 2), told("c", 3))
        assert store.batches == [["a"], ["b", "c"]]
        assert [one.inserted for one in kept if isinstance(one, Kept)] == [1, 2, 3]

    run(work)


def test_a_free_writer_takes_a_message_at_once() -> None:
    async def work(store: Store) -> None:
        await together(GroupCommit(store.keep, store.sift, 2), store, told("a"), told("b"))
        assert store.batches == [["a"], ["b"]]

    run(work)


def test_a_batch_has_no_more_alerts_than_a_statement_takes_and_a_storm_goes_alone() -> None:
    async def work(store: Store) -> None:
        waiting = [told("a"), told("b", CHUNK - 1), told("c"), told("d", 1), told("storm", CHUNK + 1), told("e")]
        await together(GroupCommit(store.keep, store.sift, 1), store, *waiting)
        assert store.batches == [["a"], ["b", "c"], ["d"], ["storm"], ["e"]]

    run(work)


def test_a_message_that_the_database_refuses_is_sifted_and_its_neighbours_are_kept() -> None:
    async def work(store: Store) -> None:
        kept = await together(GroupCommit(store.keep, store.sift, 1), store, told("a"), told("b"), told("poison", 2))
        assert store.batches == [["a"], ["b", "poison"], ["b"], ["poison"], ["sifted poison"]]
        assert [(one.inserted, one.quarantined) for one in kept if isinstance(one, Kept)] == [(1, 0), (1, 0), (0, 2)]

    run(work)


def test_while_the_database_is_away_each_sender_of_the_batch_learns_it_and_the_next_batch_is_tried() -> None:
    async def work(store: Store) -> None:
        group = GroupCommit(store.keep, store.sift, 1)
        kept = await together(group, store, told("a"), told("b"), told("down"))
        assert [type(one) for one in kept] == [Kept, DatabaseAwayError, DatabaseAwayError]
        assert (await group.keep(told("later"))).inserted == 1

    run(work)


@pytest.mark.parametrize("senders", [1, 3])
def test_a_message_whose_sender_was_told_to_try_again_is_not_written(senders: int) -> None:
    async def work(store: Store) -> None:
        group = GroupCommit(store.keep, store.sift, 1)
        first = asyncio.create_task(group.keep(told("a")))
        await store.begun.acquire()
        others = [asyncio.create_task(group.keep(told("b"))) for _ in range(senders)]
        await asyncio.wait(others)
        assert all(isinstance(one.exception(), DatabaseAwayError) for one in others)
        store.open.set()
        await asyncio.gather(first, return_exceptions=True)
        assert store.batches == [["a"]]

    run(work)


def test_large_alerts_go_by_their_bytes_and_not_by_their_number() -> None:
    async def work(store: Store) -> None:
        large = [replace(told(name), body_bytes=CHUNK_BYTES // 2) for name in "bcd"]
        await together(GroupCommit(store.keep, store.sift, 1), store, told("a"), *large)
        assert store.batches == [["a"], ["b", "c"], ["d"]]

    run(work)


def test_what_goes_wrong_with_one_message_alone_is_told_to_its_sender_alone() -> None:
    async def work(store: Store) -> None:
        group = GroupCommit(store.keep, store.sift, 1)
        kept = await together(group, store, told("a"), told("poison through and through"), told("b"))
        assert [type(one) for one in kept] == [Kept, ContentRefusedError, Kept]

    run(work)
