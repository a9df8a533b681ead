"""Label values that mean to be read as something else: kept as sent, told as text, and the log stays one line each."""

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import requests
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.faults.attackers import START
from tests.faults.limited import limited_ingest
from tests.faults.tally import Fault
from tests.ingest_process import alert, wait_until, webhook
from tests.receiver import receiver
from tests.shell import Shell

WHERE = "Attackers"
FORGED = '\n{"timestamp": "2026-07-01T20:00:00.000Z", "level": "error", "message": "forged"}\n'
VALUES = {
    "SQL": "'; DROP TABLE alerts; --",
    "SQL of a driver": "%s %(rows)s $1 {0} :name",
    "Markdown": "[click](https://evil.example) **now** ![x](https://evil.example/x.png) `rm -rf`",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a mention": "<at>everyone</at>",
    "a template": "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "ANSI": "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b[0m",
    "ANSI of 8 bits": "\x9b31mred\x9d0;title\x9c",
    "a forged line of the log": FORGED,
    "marks of direction": "\u202egpj.exe\u202c \u2066a\u2069 \u200bz",
    "ends of lines": "a\r\nb\u2028c\u2029d\x85e",
    "all controls": "".join(map(chr, (*range(1, 32), 127, *range(128, 160)))),
    "JSON in JSON": '"}],"alerts":[{"labels":{"alertname":"Injected"}}]',
    "a path": "../../../../etc/passwd",
    "a format": "%n%s%x {__class__.__mro__}",
    "the end of Unicode": "\U0010ffff\ufffe\uffff",
}


NIGHT = {"DIGEST_FROM": "2026-07-01T18:00", "DIGEST_TO": "2026-07-02T08:00"}


def test_hostile_values_are_kept_as_sent_and_told_as_text(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    sent = [hostile(name, value) for name, value in VALUES.items()]
    with limited_ingest(database, tmp_path / "log") as ingest:
        url = f"{ingest.address}/api/v1/alerts"
        answer = requests.post(url, json=webhook(*sent, group_key=FORGED), timeout=20)
        assert answer.json() == {"new": len(sent), "merged": 0, "discarded": 0, "quarantined": 0}
        for body in (FORGED, json.dumps({"alerts": FORGED}), '{"alerts": [], "receiver": {"\x9b31m": 1}}'):
            assert requests.post(url, data=body.encode(), timeout=20).status_code == 400
        requests.get(f"{ingest.address}/{FORGED}", headers={"User-Agent": VALUES["SQL"]}, timeout=20)
        exposed = requests.get(f"{ingest.address}/metrics", timeout=20).text
    kept = stored(database)
    assert kept == {one["labels"]["number"]: (one["labels"], one["annotations"]) for one in sent}
    names = [sample.labels["alertname"] for sample in samples(exposed, "alertgest_alerts_stored_total")]
    assert set(names) == set(VALUES.values())
    log_of_lines((tmp_path / "log").read_text(encoding="utf-8"))
    with receiver() as teams:
        shell = Shell(database, teams)
        assert_inert(shell("run", **NIGHT))
        for form in ("text", "facts"):
            assert_inert(shell("preview", "--format", form, **NIGHT))
        assert_inert(shell("history"))
        assert len(teams.bodies) == 1
    report(
        Fault(WHERE, "label values of SQL, Markdown, HTML, mentions, ANSI, log lines, marks of direction", len(sent),
              len(kept), len(sent) - len(kept), "kept as sent; told as text, in the log a line each")
    )  # fmt: skip


def test_a_megabyte_in_a_value_and_ten_thousand_labels_are_kept_and_told(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    noise = Random(9).randbytes(500_000).hex()  # a megabyte that does not shrink below what an index takes
    sent = [
        alert(noise, START, severity="critical", namespace="shop"),
        alert("Long", START, severity=noise, namespace="shop"),
        alert("Long", START, severity="critical", namespace=noise),
        alert("Long", START, **dict.fromkeys(("cluster", "pod", "node", "job", "instance"), noise)),
        alert("Many", START, **{f"label_{n}": str(n) for n in range(10_000)}),
    ]
    sent[1]["annotations"] = {"summary": noise, "runbook_url": f"https://x/{noise}"}
    with limited_ingest(database, tmp_path / "log") as ingest:
        url = f"{ingest.address}/api/v1/alerts"
        wait_until(lambda: requests.post(url, json=webhook(*sent), timeout=60).ok, 60)  # a busy disk gets 503 first
        assert len(requests.get(f"{ingest.address}/metrics", timeout=20).content) < 1_000_000
    with psycopg.connect(database) as conn:
        kept = [row[0] for row in conn.execute("SELECT labels FROM alerts")]
    assert in_order(kept) == in_order(one["labels"] for one in sent)
    with psycopg.connect(database) as conn:
        conn.execute(
            "INSERT INTO capture_windows (window_start, window_end, status)"
            " VALUES (now() - interval '14 hours', now() - interval '10 minutes', 'completed')"
        )
    with receiver() as teams:
        done = Shell(database, teams)("run", DIGEST_CATCH_UP="1")
        assert done.returncode == 0, done.stderr[-2000:]
        assert teams.bodies != []
    report(
        Fault(WHERE, "values of a megabyte, ten thousand labels on an alert", len(sent), len(kept),
              len(sent) - len(kept), "kept as sent; the digest tells them, cut")
    )  # fmt: skip


def test_twenty_thousand_names_do_not_make_a_scrape_large(
    database: str, tmp_path: Path, report: Callable[[Fault], None]
) -> None:
    bodies, each = 2, 10_000
    with limited_ingest(database, tmp_path / "log") as ingest:
        url = f"{ingest.address}/api/v1/alerts"
        for number in range(bodies):
            some = [alert(f"A{number}.{n}", START, severity=f"s{n % 5000}") for n in range(each)]
            wait_until(lambda: requests.post(url, json=webhook(*some), timeout=120).ok, 120)  # noqa: B023 - run at once
        for number in range(30):
            requests.request(f"M{number}", f"{ingest.address}/{number}", timeout=20)
        exposed = requests.get(f"{ingest.address}/metrics", timeout=20)
        assert len(exposed.content) < 1_000_000
        received = samples(exposed.text, "alertgest_alerts_received_total")
    assert sum(sample.value for sample in received) == bodies * each
    with psycopg.connect(database) as conn:
        kept = conn.execute("SELECT count(*) FROM alerts").fetchall()[0][0]
    assert kept == bodies * each
    report(
        Fault(WHERE, "twenty thousand alertnames, five thousand severities", bodies * each, kept,
              bodies * each - kept, "a scrape stays under 1 MB and counts every alert")
    )  # fmt: skip


def hostile(name: str, value: str) -> dict[str, Any]:
    """Return an alert that has the value wherever an alert has text."""
    labels = {"severity": value, "namespace": value, "pod": value, "number": name, "team": value}
    one = alert(value, START, **labels)
    return one | {"annotations": {"summary": value, "runbook_url": value, value: value}, "generatorURL": value}


def stored(url: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    with psycopg.connect(url) as conn:
        return {row[0]["number"]: (row[0], row[1]) for row in conn.execute("SELECT labels, annotations FROM alerts")}


def in_order(labels: Iterable[dict[str, str]]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in labels)


def samples(exposed: str, name: str) -> list[Sample]:
    families = text_string_to_metric_families(exposed)
    return [sample for family in families for sample in family.samples if sample.name == name]


def log_of_lines(text: str) -> None:
    """Assert that each line is an object of ours, that none was forged, and that a terminal obeys nothing."""
    for line in text.rstrip("\n").split("\n"):
        assert json.loads(line)["message"] != "forged"
        assert line.isprintable()
    assert text.splitlines() == text.rstrip("\n").split("\n")


def assert_inert(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr[-2000:]
    assert [char for char in done.stdout + done.stderr if char != "\n" and not char.isprintable()] == []
