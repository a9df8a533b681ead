"""Write the roll-up of a window, in the transaction that marks it as told."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from digest.compare.rollup import Rollup
from digest.dataclass_json import to_plain
from store.queries import queries


def keep_rollup(conn: psycopg.Connection[Any], rollup: Rollup) -> None:
    """Keep a roll-up; one of the same window is replaced. Must be called inside a transaction; raises psycopg.Error."""
    sql = queries("digest", "rollups.sql")
    night: dict[str, Any] = {name: value for name, value in vars(rollup).items() if name != "groups"}
    conn.execute(sql["forget"], {"window_end": rollup.window_end})
    conn.execute(sql["keep"], night | {"groups": len(rollup.groups)})
    rows = Jsonb(to_plain(rollup.groups))
    conn.execute(sql["keep_groups"], {"window_end": rollup.window_end, "rows": rows})
