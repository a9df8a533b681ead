"""Episodes, living alerts and stretches for these tests, in minutes after 18:00."""

from datetime import datetime, timedelta
from uuid import UUID

from digest.confirm.model import (
    AlertmanagerSeen,
    Confirmation,
    Corrected,
    Episode,
    EpisodeState,
    FiringSeries,
    Living,
    PrometheusSeen,
    Seen,
    SeriesId,
    Stretch,
    Suppression,
)
from digest.confirm.reasons import Reasons
from digest.confirm.reconcile import Night, reconcile
from digest.confirm.routing import Route
from digest.facts import Period
from store.fingerprint import fingerprint
from tests.rows import NIGHT

END, CUT_OFF = 840, 845
LABELS = {"alertname": "Down", "severity": "warning", "namespace": "shop", "cluster": "eu"}


def minute(after: float) -> datetime:
    """Return the time so many minutes after 18:00."""
    return NIGHT + timedelta(minutes=after)


PERIOD = Period(minute(0), minute(END), minute(CUT_OFF), "UTC")


def series(source: str = "default", **labels: str) -> SeriesId:
    """Return a series as Alertmanager tells it."""
    whole = LABELS | labels
    return SeriesId(source, whole["cluster"], fingerprint(whole), whole)


def episode(
    number: int, start: float, heard: float, state: EpisodeState = "firing", until: float | None = None,
    of: SeriesId | None = None,
) -> Episode:  # fmt: skip
    """Return an episode as webhooks told it; what is stale or superseded ended when it was last heard of."""
    end = until if until is not None or state == "firing" else heard
    ended = None if end is None else minute(end)
    return Episode(UUID(int=number), of or series(), minute(start), minute(heard), state, ended)


def living(
    start: float, *suppressions: Suppression, of: SeriesId | None = None, receivers: tuple[str, ...] = ()
) -> Living:
    """Return an alert that Alertmanager has."""
    one = of or series()
    return Living(one.fingerprint, one.labels, {}, "", minute(start), suppressions, receivers)


def stretch(start: float, end: float | None = None) -> Stretch:
    """Return a time in which a series fired, until the cut-off where no end is given."""
    return Stretch(minute(start), minute(CUT_OFF if end is None else end), end is None)


def firing(*stretches: Stretch, **labels: str) -> FiringSeries:
    """Return a series of ALERTS: without the external label ``cluster``."""
    own = {name: text for name, text in LABELS.items() if name != "cluster"}
    return FiringSeries(own | labels, stretches)


def alertmanager(*alerts: Living, complete: bool = True, routes: Route | None = None) -> AlertmanagerSeen:
    """Return what an Alertmanager knows that was asked at the cut-off."""
    return AlertmanagerSeen(minute(CUT_OFF), alerts, (), complete, routes)


def prometheus(*some: FiringSeries, until: float = CUT_OFF) -> PrometheusSeen:
    """Return what a Prometheus knows that evaluates each minute."""
    by_name: dict[str, tuple[FiringSeries, ...]] = {}
    for one in some:
        by_name[one.labels["alertname"]] = (*by_name.get(one.labels["alertname"], ()), one)
    return PrometheusSeen(by_name, {}, 60.0, minute(until))


def night(
    manager: AlertmanagerSeen | None = None,
    server: PrometheusSeen | None = None,
    receivers: frozenset[str] = frozenset(),
    closable: frozenset[str] = frozenset({"default"}),
) -> Night:
    """Return what corrections depend on."""
    confirmation = Confirmation("answered" if manager else "not_asked", "not_asked", (), None)
    ours = frozenset({("default", "eu")})
    return Night(Seen(manager, server, confirmation), PERIOD, "cluster", ours, closable, receivers, Reasons())


def corrected(known: Night, *rows: Episode) -> Corrected:
    """Return the corrections of episodes of one alertname."""
    return reconcile([rows] if rows else [], known)


def told(rows: tuple[Episode, ...]) -> list[tuple[float, str, float | None]]:
    """Return start, state and end of episodes, in minutes."""

    def after(row: Episode) -> float | None:
        return (row.until - minute(0)).total_seconds() / 60 if row.until else None

    return [((row.starts_at - minute(0)).total_seconds() / 60, row.state, after(row)) for row in rows]
