"""The schema is brought up to date while receivers are under load, by two migrations at once."""

import os
import subprocess
import sys
from collections.abc import Callable

from store.migrate import migrations
from tests.faults.databases import survived
from tests.faults.senders import senders
from tests.faults.tally import Fault
from tests.ingest_process import ingest_process

ALERTS_BETWEEN = 50
MIGRATE = (sys.executable, "-c", "from ingest.cli import main; main()", "migrate")


def test_two_migrations_at_once_under_load_lose_nothing(empty_database: str, report: Callable[[Fault], None]) -> None:
    alerts = empty_database
    with ingest_process(alerts, "/health") as address, senders(address) as load:
        load.wait_for_answer("503", 8)
        running = [
            subprocess.Popen(MIGRATE, env=os.environ | {"DATABASE_URL": alerts}, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        said = sorted(one.communicate(timeout=120)[0] for one in running)
        load.wait_for_more(ALERTS_BETWEEN)
    names = ", ".join(f"{one.version:04d}_{one.name}" for one in migrations())
    assert said == [f"applied {names}\n", "the schema is up to date\n"]
    assert [one.returncode for one in running] == [0, 0]
    report(survived(load, alerts, "the schema is made under load, by two migrations at once", 2,
                    "503 until it is there, 200 afterwards; each migration is applied once"))  # fmt: skip
