"""The measured speeds of models, and what a model did for a digest, in PostgreSQL."""

from datetime import datetime
from typing import Any

import psycopg

from digest.claim import Claim
from digest.model.budget import Speed
from digest.model.client import Model
from digest.model.record import Record
from store.queries import queries

RUNS = 5
"""Of so many last runs the slowest counts."""
Connection = psycopg.Connection[Any]


def measured(conn: Connection, model: Model, threads: int) -> list[Speed]:
    """Return the speeds of the last runs of a model on this version of its server, with so many threads."""
    values = {"model": model.name, "server": model.server, "threads": threads, "runs": RUNS}
    return [Speed(*row) for row in conn.execute(queries("digest", "model.sql")["speeds"], values)]


def keep(conn: Connection, held: Claim, record: Record, threads: int, now: datetime) -> None:
    """Keep what a model did for a digest, and its speed where this run measured it."""
    sql = queries("digest", "model.sql")
    with conn.transaction():
        if record.speed:
            values = {"model": record.model, "server": record.server, "threads": threads, "now": now}
            conn.execute(sql["keep_speed"], values | vars(record.speed))
            conn.execute(sql["forget_speeds"], {"now": now})
        told = {"prompt": _kept(record.prompt), "answer": _kept(record.answer), "verdicts": "\n".join(record.rejected)}
        figures = {"prompt_tokens": record.prompt_tokens, "answer_tokens": record.answer_tokens}
        whose = {"id": held.id, "run": held.run_id, "attempt": held.attempt}
        model = {"model": record.model or None, "seconds": record.seconds}
        conn.execute(sql["keep_record"], told | figures | whose | model)


def _kept(text: str) -> str:
    return text.replace("\x00", "\ufffd")
