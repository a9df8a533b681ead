"""The worst rules for the card of a Monday, when a week is planned."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from digest.alert_settings import AlertSettings
from digest.facts import Period
from digest.noise.command import WEEKS
from digest.noise.model import RuleVerdict
from digest.noise.read import Asked, read_rules
from digest.noise.verdict import worst
from store.queries import queries

Connection = psycopg.Connection[Any]
_SECONDS = 15
"""What one statement may take here: a card must not wait for what is not urgent."""


def noise_of_monday(conn: Connection, period: Period, settings: AlertSettings) -> tuple[RuleVerdict, ...]:
    """Return the three worst rules of the last four weeks; none where the period ends on another local day.

    Must be called inside a transaction, which it leaves as it was; raises psycopg.OperationalError where the database
    takes too long, and the transaction may go on after that.
    """
    zone = ZoneInfo(period.timezone)
    if period.end.astimezone(zone).weekday():
        return ()
    asked = Asked(period.cut_off - timedelta(weeks=WEEKS), period.cut_off, zone)
    with conn.transaction(force_rollback=True):  # the temporary tables and the timeout go with it
        timeout = queries("digest", "digests.sql")["statement_timeout"]
        conn.execute(timeout, {"milliseconds": str(_SECONDS * 1000)})
        return worst(read_rules(conn, asked, settings))
