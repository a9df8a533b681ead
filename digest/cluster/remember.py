"""What snapshots saw, in PostgreSQL: written once however often it was seen, and read back for a period."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, get_args

import psycopg

from digest.cluster.model import Observation, ReplicaCount
from digest.dataclass_json import from_plain, to_plain
from store.queries import queries

_CHUNK = 2000
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Observation)}
Connection = psycopg.Connection[Any]


def remember(conn: Connection, seen: Iterable[Observation]) -> int:
    """Keep observations and return how many were new or later than before; of replica counts only changes are."""
    changed = iter(_without_known_counts(conn, seen))
    sql, total = queries("digest", "cluster.sql")["remember"], 0
    with conn.transaction():
        while chunk := {(type(one).__name__, one.key): one for one in islice(changed, _CHUNK)}:
            rows = [
                {"kind": kind, "key": key, "at": to_plain(one.at), "data": to_plain(one)}
                for (kind, key), one in chunk.items()
            ]
            total += conn.execute(sql, {"rows": json.dumps(rows)}).rowcount
    return total


def recall(conn: Connection, since: datetime, until: datetime, pods: Iterable[tuple[str, str]]) -> list[Observation]:
    """Return what was observed from ``since`` to ``until``, and of pods those that are named (namespace, name)."""
    named = json.dumps([{"namespace": namespace, "name": name} for namespace, name in sorted(set(pods))])
    values = {"since": since, "until": until, "pods": named}
    rows = conn.execute(queries("digest", "cluster.sql")["recall"], values)
    return [from_plain(_KINDS[kind], data) for kind, data in rows if kind in _KINDS]


def _without_known_counts(conn: Connection, seen: Iterable[Observation]) -> Iterator[Observation]:
    known = {count.workload: count.replicas for count in _last_counts(conn)}
    for one in seen:
        if not isinstance(one, ReplicaCount) or known.get(one.workload) != one.replicas:
            yield one


def _last_counts(conn: Connection) -> Iterator[ReplicaCount]:
    for (data,) in conn.execute(queries("digest", "cluster.sql")["replicas"]):
        yield from_plain(ReplicaCount, data)
