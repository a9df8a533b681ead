"""Group commit: messages that wait while others are written are committed together, in one transaction.

Nothing waits for company: a message that finds a writer free is written at once. While all writers are busy the
messages queue, and the next free writer takes as many as fit one statement. So a lone sender pays a commit for each
message, as before, and many senders share one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ingest.batch import Told
from ingest.database import DEADLINE_SECONDS, DEADLINE_SECONDS_PER_CHUNK, ContentRefusedError, DatabaseAwayError
from ingest.keep import Kept

Commit = Callable[[Sequence[Told]], Awaitable[list[Kept]]]


@dataclass(frozen=True)
class _Waiting:
    told: Told
    kept: "asyncio.Future[Kept]"


class GroupCommit:
    """Commits messages through at most ``writers`` transactions at once.

    ``commit`` takes some in one transaction; ``sift`` takes one whose content the database refused and keeps what is
    good of it.
    """

    def __init__(self, commit: Commit, sift: Callable[[Told], Awaitable[Kept]], writers: int) -> None:
        """Begin with nothing that waits."""
        self._commit, self._sift, self._writers = commit, sift, writers
        self._waiting: deque[_Waiting] = deque()
        self._statements_waiting = 0.0
        self._writing: set[asyncio.Task[None]] = set()

    async def keep(self, told: Told) -> Kept:
        """Return what became of a message once it is committed; raises DatabaseAwayError where that takes too long."""
        mine = _Waiting(told, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        self._statements_waiting += told.statements
        if len(self._writing) < self._writers:
            task = asyncio.create_task(self._write())
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        deadline = DEADLINE_SECONDS + DEADLINE_SECONDS_PER_CHUNK * int(self._statements_waiting)
        try:
            return await asyncio.wait_for(mine.kept, deadline)
        except TimeoutError as error:
            raise DatabaseAwayError("TimeoutError") from error

    async def _write(self) -> None:
        while batch := self._next():
            await self._answer(batch)

    async def _answer(self, batch: list[_Waiting]) -> None:
        try:
            await self._settle(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, each sender gets it for an answer
            for one in batch:
                if not one.kept.done():
                    one.kept.set_exception(error)

    def _next(self) -> list[_Waiting]:
        """Take the messages that go together: as many as fit one statement, or one that is larger."""
        batch: list[_Waiting] = []
        statements = 0.0
        while self._waiting and (not batch or statements + self._waiting[0].told.statements <= 1):
            one = self._waiting.popleft()
            self._statements_waiting -= one.told.statements
            if not one.kept.done():  # its sender was told to try again
                batch.append(one)
                statements += one.told.statements
        return batch

    async def _settle(self, batch: list[_Waiting]) -> None:
        try:
            kept = await self._commit([one.told for one in batch])
        except ContentRefusedError:
            if len(batch) > 1:  # each by itself, so that a message never suffers for its neighbours
                for one in batch:
                    await self._answer([one])
                return
            kept = [await self._sift(batch[0].told)]
        for one, its in zip(batch, kept, strict=True):
            if not one.kept.done():
                one.kept.set_result(its)
