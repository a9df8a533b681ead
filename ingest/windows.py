"""The rows of capture windows: again and again, and at once where an alert of a night would be taken for the day's."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from ingest.database import DatabaseAwayError
from store.connect import connect
from store.errors import DependencyDownError
from store.windows import Schedule, ensure_windows, windows_from

_DEADLINE_SECONDS = 2.0


class Windows:
    """Makes the rows of a schedule, and knows until when they are made."""

    def __init__(self, database_url: str, schedule: Schedule, clock: Callable[[], datetime]) -> None:
        """Have none made yet."""
        self._url, self._schedule, self._clock = database_url, schedule, clock
        self._made_until = datetime.min.replace(tzinfo=UTC)
        self._making = asyncio.Lock()

    async def make(self) -> None:
        """Make the rows that the schedule asks for by now; nothing happens where the database is away."""
        (window,) = islice(windows_from(self._schedule, self._clock()), 1)
        if await asyncio.to_thread(self._make):
            self._made_until = window.end

    async def wait(self, now: datetime) -> None:
        """Return once the rows are made that tell whether ``now`` is in a window; raises DatabaseAwayError.

        They are, nearly always: the row of the next window is made when the last one ends. Not so after an outage of a
        day, where the clock jumped, or in the first seconds of a window that begins when the last one ends.
        """
        if now < self._made_until:
            return
        async with self._making:
            if now >= self._made_until:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.make(), _DEADLINE_SECONDS)
        if now >= self._made_until:
            raise DatabaseAwayError("the capture windows could not be made")

    def _make(self) -> bool:
        with suppress(DependencyDownError), connect(self._url) as conn:
            ensure_windows(conn, self._schedule, self._clock)
            return True
        return False
