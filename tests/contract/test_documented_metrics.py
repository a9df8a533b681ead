"""A scrape of the real receiver has the documented metrics, each with its type, labels and meaning, and no other."""

from pathlib import Path

import psycopg
import requests

from digest.model.record import Record
from digest.totals import count_model, count_run
from tests.ingest_process import alert, ingest_process, webhook
from tools.metrics_table import FILE, documented, names, rows

BAD = alert("Odd", "not a time")


def test_a_scrape_has_what_is_documented_and_no_more(database: str, tmp_path: Path) -> None:
    with ingest_process(database, log=tmp_path / "log") as address:
        taken = webhook(alert("Crash", "2026-07-01T20:00:00Z", severity="critical"), BAD)
        assert requests.post(f"{address}/api/v1/alerts", json=taken, timeout=5).json()["quarantined"] == 1
        with psycopg.connect(database) as conn:
            count_run(conn, "sent", 2.5, 1.7e9)
            count_model(conn, Record("qwen2.5-coder:1.5b", prompt_tokens=900, answer_tokens=40, seconds=12.5))
        scraped = rows(requests.get(f"{address}/metrics", timeout=5).text)
    assert {row.name: row for row in scraped} == {row.name: row for row in documented()}
    assert names(FILE.read_text(encoding="utf-8")) == {row.name for row in scraped}
