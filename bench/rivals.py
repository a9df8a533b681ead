"""The receiver with other ways to write, to compare with: ``python -m bench.rivals WAY`` serves with the settings.

``receiver`` is the receiver as it is. ``alone`` commits each webhook by itself, without group commit. ``per_alert`` has
one INSERT and one commit for each alert, ``relational`` one INSERT for each alert, label and annotation and one commit
for each webhook.
"""

import os
import sys
from datetime import UTC, datetime

import msgspec

from ingest.app import Keep, Receiver, create_app
from ingest.batch import Told
from ingest.keep import Kept
from ingest.payload import Episode
from ingest.server import serve
from ingest.settings import read_settings
from store.log import json_log

TABLES = """
CREATE TABLE IF NOT EXISTS rival_alerts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, fingerprint text NOT NULL, status text NOT NULL,
    starts_at timestamptz NOT NULL, ends_at timestamptz, generator_url text NOT NULL);
CREATE TABLE IF NOT EXISTS rival_labels (
    alert_id bigint NOT NULL REFERENCES rival_alerts, name text NOT NULL, value text NOT NULL);
CREATE TABLE IF NOT EXISTS rival_annotations (
    alert_id bigint NOT NULL REFERENCES rival_alerts, name text NOT NULL, value text NOT NULL);
"""
_ALERT = """
INSERT INTO alerts (source, fingerprint, alertname, status, severity, namespace, labels, annotations, generator_url,
                    starts_at, ends_at, received_at, last_received_at, last_firing_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_RIVAL_ALERT = """
INSERT INTO rival_alerts (fingerprint, status, starts_at, ends_at, generator_url) VALUES (%s, %s, %s, %s, %s)
RETURNING id
"""
_RIVAL_LABEL = "INSERT INTO rival_labels (alert_id, name, value) VALUES (%s, %s, %s)"
_RIVAL_ANNOTATION = "INSERT INTO rival_annotations (alert_id, name, value) VALUES (%s, %s, %s)"


def main(way: str) -> None:
    """Serve until SIGTERM."""
    settings = read_settings(os.environ)
    log = json_log(sys.stderr, lambda: datetime.now(UTC), settings.log_level)
    receiver = Receiver(settings, lambda: datetime.now(UTC), log)
    if way != "receiver":
        receiver.keep = {"alone": alone, "per_alert": per_alert, "relational": relational}[way](receiver)
    serve(create_app(receiver), settings)


def alone(receiver: Receiver) -> Keep:
    """Return a way to keep a message that commits it by itself."""

    async def keep(told: Told) -> Kept:
        return (await receiver.keeper.keep([told]))[0]

    return keep


def per_alert(receiver: Receiver) -> Keep:
    """Return a way to keep a message that commits each alert by itself."""

    async def keep(told: Told) -> Kept:
        async with receiver.pool.connection() as conn:
            for one in told.message.episodes:
                await conn.execute(_ALERT, _values(told, one), prepare=True)
        return _kept(told)

    return keep


def relational(receiver: Receiver) -> Keep:
    """Return a way to keep a message with an INSERT for each label and annotation."""

    async def keep(told: Told) -> Kept:
        async with receiver.pool.connection() as conn, conn.transaction():
            for one in told.message.episodes:
                row = (one.fingerprint, "firing", one.starts_at, one.ends_at, one.generator_url)
                ((key,),) = await (await conn.execute(_RIVAL_ALERT, row, prepare=True)).fetchall()
                for sql, texts in ((_RIVAL_LABEL, one.labels), (_RIVAL_ANNOTATION, one.annotations)):
                    for name, value in texts.items():
                        await conn.execute(sql, (key, name, value), prepare=True)
        return _kept(told)

    return keep


def _values(told: Told, one: Episode) -> tuple[object, ...]:
    labels, annotations = (msgspec.json.encode(some).decode() for some in (one.labels, one.annotations))
    told_at = told.received_at
    names = (one.labels["alertname"], "firing", one.labels["severity"], one.labels["namespace"], labels, annotations)
    return (told.source, one.fingerprint, *names, one.generator_url, one.starts_at, one.ends_at, *[told_at] * 3)


def _kept(told: Told) -> Kept:
    return Kept(told.size, 0, 0, 0, {})


if __name__ == "__main__":
    main(sys.argv[1])
