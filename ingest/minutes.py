"""The minutes in which this process lived, as far as the database does not have them yet; pure and bounded.

A minute is known by its first moment. A minute without a row of any process is one in which no receiver lived; that the
database was away is told once it is back, so that the two can be told apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

MOST_MINUTES = 24 * 60
"""How many minutes are kept while the database is away; of a longer outage the first part is then seen as no life."""


@dataclass(frozen=True)
class Minute:
    """What one process did in a minute."""

    start: datetime
    answers: Mapping[str, int]
    """How many webhooks got which status code."""
    reached: bool | None = None
    """Whether the database took anything; None where it was not asked."""

    @property
    def database_away(self) -> bool:
        """Whether the database was asked and took nothing."""
        return self.reached is False


class Minutes:
    """What is to be told of each minute; ``receiver`` names the process."""

    def __init__(self, receiver: str) -> None:
        """Begin with no minute."""
        self.receiver = receiver
        self._kept: dict[datetime, Minute] = {}
        self._told: dict[datetime, Minute] = {}

    def live(self, now: datetime) -> None:
        """Note that the process lives; ``now`` is aware."""
        self._keep(self._at(now))

    def answered(self, now: datetime, code: int) -> None:
        """Note that a webhook got a status code."""
        minute = self._at(now)
        self._keep(replace(minute, answers={**minute.answers, str(code): minute.answers.get(str(code), 0) + 1}))

    def asked_database(self, now: datetime, *, took: bool) -> None:
        """Note whether the database took what it was asked."""
        minute = self._at(now)
        self._keep(replace(minute, reached=took or bool(minute.reached)))

    def due(self, now: datetime) -> tuple[Minute, ...]:
        """Return what is to be told now: what is over, and the present minute once at its begin.

        Whether the database is away in the present minute is not told yet: it may still take something.
        """
        untold, present = self.untold(), _minute(now)
        if all(one.start >= present and one.start in self._told for one in untold):
            return ()
        return tuple(one if one.start < present else replace(one, reached=None) for one in untold)

    def untold(self) -> tuple[Minute, ...]:
        """Return what the database does not have, oldest first."""
        return tuple(one for start, one in sorted(self._kept.items()) if not _same(one, self._told.get(start)))

    def told(self, minutes: Iterable[Minute], now: datetime) -> None:
        """Note that the database has these as they are here; what is over and told is forgotten."""
        self._told |= {one.start: one for one in minutes}
        over = [
            start for start, one in self._kept.items() if start < _minute(now) and _same(one, self._told.get(start))
        ]
        for start in over:
            del self._kept[start]
        self._told = {start: one for start, one in self._told.items() if start in self._kept}

    def _at(self, now: datetime) -> Minute:
        start = _minute(now)
        return self._kept.get(start) or Minute(start, {})

    def _keep(self, minute: Minute) -> None:
        self._kept[minute.start] = minute
        if len(self._kept) > MOST_MINUTES:
            del self._kept[min(self._kept)]


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _same(one: Minute, told: Minute | None) -> bool:
    return told is not None and (one.answers, one.database_away) == (told.answers, told.database_away)
