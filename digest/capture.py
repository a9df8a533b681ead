"""Prove that capture works: post an alert of our own, find it in the database, and take it away again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import requests

from store.connect import connect
from store.environment import Reader, Setting, url
from store.errors import AlertgestError, DependencyDownError, SettingsError
from store.queries import queries
from store.settings import AUTH_BASIC, AUTH_TOKENS, DATABASE_URL

INGEST_URL = Setting(
    "INGEST_URL",
    url("http", "https"),
    "Where the receiver answers; only test-capture posts there.",
    chart="set by the chart",
    example="http://alertgest-ingest:8080",
    default="http://127.0.0.1:8080",
)
ALERTNAME = "AlertgestTest"
_SECONDS = 10


@dataclass(frozen=True)
class CaptureSettings:
    """The receiver, how it is asked to let us in, and the database in which it keeps what comes."""

    ingest_url: str
    tokens: tuple[tuple[str, str], ...]
    basic: str
    database_url: str


def read_capture(environ: Mapping[str, str]) -> CaptureSettings:
    """Read the settings of the test; raises SettingsError with all problems at once."""
    reader = Reader(environ)
    settings = CaptureSettings(
        (reader.read(INGEST_URL) or "").rstrip("/"),
        reader.read(AUTH_TOKENS),
        reader.read(AUTH_BASIC),
        reader.read(DATABASE_URL),
    )
    reader.finish()
    return settings


def prove_capture(settings: CaptureSettings, session: requests.Session, now: datetime) -> Iterator[str]:
    """Yield a line for each step that worked; raises AlertgestError where one does not.

    The alert and its delivery are deleted: they are no proof for a card that anybody's webhooks arrive.
    """
    mark = f"alertgest-test-{uuid4()}"
    with connect(settings.database_url) as conn:
        try:
            _post(settings, session, message(mark, now))
            yield f"posted an alert to {settings.ingest_url}"
            yield _kept(conn, mark)
        finally:
            _forget(conn, mark)
        yield "took it away again"


def message(mark: str, now: datetime) -> dict[str, Any]:
    """Return a webhook of Alertmanager (version 4) with one firing alert that bears a mark."""
    labels = {"alertname": ALERTNAME, "severity": "none", "instance": mark}
    alert = {"status": "firing", "labels": labels, "annotations": {}, "fingerprint": mark[-16:], "generatorURL": ""}
    times = {"startsAt": now.astimezone(UTC).isoformat(), "endsAt": "0001-01-01T00:00:00Z"}
    head = {"version": "4", "groupKey": mark, "truncatedAlerts": 0, "status": "firing", "receiver": "alertgest-test"}
    return head | {"groupLabels": {}, "commonLabels": labels, "commonAnnotations": {}, "alerts": [alert | times]}


def all_settings() -> list[Setting[Any]]:
    """Return these settings, for the documentation."""
    return [INGEST_URL]


def _post(settings: CaptureSettings, session: requests.Session, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {settings.tokens[0][1]}"} if settings.tokens else {}
    user, _, password = settings.basic.partition(":")
    basic = (user, password) if settings.basic and not settings.tokens else None
    address = f"{settings.ingest_url}/api/v1/alerts"
    try:
        answer = session.post(address, json=body, headers=headers, auth=basic, timeout=_SECONDS)
    except requests.RequestException as error:
        raise DependencyDownError(
            f"The receiver at {address} does not answer ({type(error).__name__}; INGEST_URL)."
        ) from None
    if answer.status_code in {401, 403}:
        what = f"AUTH_TOKENS or AUTH_BASIC let nobody in at the receiver ({answer.status_code})"
        raise SettingsError([f"{what}; both programs need the same (chart value ingest.auth)"])
    if not answer.ok:
        raise DependencyDownError(f"The receiver answered {answer.status_code}: {_told(answer)}")


def _kept(conn: psycopg.Connection[Any], mark: str) -> str:
    sql = queries("digest", "capture.sql")
    if conn.execute(sql["kept"], {"mark": mark}).fetchone():
        return "found it in the database"
    delivery = conn.execute(sql["delivery"], {"mark": mark}).fetchone()
    if delivery and delivery[0]:
        return "it was discarded, since no capture window is open (CAPTURE_OUTSIDE_WINDOW=discard)"
    raise AlertgestError("The receiver took an alert, but the database does not have it: do both use one DATABASE_URL?")


def _forget(conn: psycopg.Connection[Any], mark: str) -> None:
    for block in ("forget_alert", "forget_delivery"):
        conn.execute(queries("digest", "capture.sql")[block], {"mark": mark})


def _told(answer: requests.Response) -> str:
    try:
        return str(json.loads(answer.text).get("error", ""))[:200]
    except (ValueError, AttributeError):
        return answer.text[:200]
