"""No credential of Alertgest is ever told: not by a program, a log, a scrape, a card or a row, whatever goes wrong.

Each secret setting gets a value of its own; then every program runs, with success and with what can go wrong, and all
that was told is searched for every value, as it is and as it may be encoded.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import requests

from demo.postgres import free_port
from digest.settings import all_settings as digest_settings
from ingest.settings import all_settings as ingest_settings
from store.settings import all_settings as shared_settings
from tests.faults.attackers import ask, body, head
from tests.faults.tally import Fault
from tests.ingest_process import alert, ingest_process, webhook
from tests.ollama import MODEL, ollama
from tests.receiver import Answer, Receiver, receiver
from tests.shell import Shell
from tests.sources import Source, quiet_alertmanager, quiet_prometheus, source

SECRETS = {
    name: f"zq{number}/Kx+{name[:4].lower()}=7"
    for number, name in enumerate(
        (
            "DATABASE_URL", "MIGRATION_DATABASE_URL", "AUTH_TOKENS", "AUTH_BASIC", "TEAMS_WEBHOOK_URL",
            "FALLBACK_WEBHOOK_URL", "ALERTMANAGER_BEARER_TOKEN", "ALERTMANAGER_BASIC_AUTH", "PROMETHEUS_BEARER_TOKEN",
            "PROMETHEUS_BASIC_AUTH",
        )
    )
}  # fmt: skip
OF_OTHERS = "hunter2-Zq9x"
"""A password that an alert tells: kept as sent with the alert, and nowhere else."""
NEAR = SECRETS["AUTH_TOKENS"] + "x"


def test_every_secret_setting_has_a_value_here() -> None:
    declared = (*shared_settings(), *ingest_settings(), *digest_settings())
    assert {setting.name for setting in declared if setting.secret} == set(SECRETS)


def test_no_credential_is_ever_told(database: str, tmp_path: Path, report: Callable[[Fault], None]) -> None:
    told = Told(tmp_path)
    with surroundings() as (teams, manager, server):
        shell = Shell(with_password(database, "DATABASE_URL"), teams)
        shell.environ |= settings(shell.url, teams, manager, server)
        programs_that_work(shell, told)
        programs_that_fail(shell, told, manager, server)
        programs_with_wrong_settings(shell, told)
        told += [raw.decode() for raw in teams.raw]
    told += rows(database, but="alerts")
    assert len(told) > 35
    assert {name: text[:2000] for name, secret in SECRETS.items() for text in told if leaked(secret, text)} == {}
    assert [text[:2000] for text in told if OF_OTHERS in text] == []
    assert [OF_OTHERS in text for text in rows(database, only="alerts")] == [True]
    with psycopg.connect(database) as conn:
        assert conn.execute("SELECT count(*) FROM digests WHERE raw_prompt LIKE '%token-1%'").fetchall() != [(0,)]
    report(
        Fault("Attackers", "credentials looked for in all that is told, logged, scraped, posted and stored",
              len(SECRETS), 0, 0, "not one, raw or encoded; secrets in alerts redacted in prompts and cards")
    )  # fmt: skip


class Told(list[str]):
    """All texts that anybody may read, and a folder for logs."""

    def __init__(self, folder: Path) -> None:
        """Have heard nothing."""
        super().__init__()
        self.folder = folder

    def by(self, done: subprocess.CompletedProcess[str], *codes: int) -> None:
        """Hear a program, which ended with one of the codes."""
        assert done.returncode in codes, (done.args, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        self.append(f"{done.args}\n{done.stdout}\n{done.stderr}")


def programs_that_work(shell: Shell, told: Told) -> None:
    """Migrate, take alerts, and run every command of the digest."""
    told.by(ingest(shell, "migrate"), 0)
    with served(shell, told) as address:
        assert post(address, {"Authorization": f"Bearer {SECRETS['AUTH_TOKENS']}"}) == 200
        assert post(address, {}, ("am", SECRETS["AUTH_BASIC"])) == 200
        told.by(shell("test-capture", INGEST_URL=address), 0)
        told.by(shell("test-capture", INGEST_URL=address, AUTH_TOKENS=f"eu={NEAR}"), 3)
        assert post(address, {"Authorization": f"Bearer {NEAR}"}) == 401
        assert post(address, {"Authorization": f"Basic {NEAR}"}) == 401
        assert post(f"{address}/x?token={quote(NEAR)}", {"X-Token": NEAR}) == 404
        port = int(address.rpartition(":")[2])
        for headers in (["Content-Length: x"], ["Content-Encoding: gzip"], ["Host: y"], ["Content-Length: 99999999"]):
            told.append(ask(port, head(f"Authorization: Bearer {NEAR[:-1]}", *headers) + body("A")).text)
        told.append(requests.get(f"{address}/metrics", timeout=20).text)
    with ollama() as model:
        asking = {"OLLAMA_BASE_URL": model.url, "OLLAMA_MODEL": MODEL}
        told.by(shell("run", DIGEST_FROM="2026-07-01T18:00", DIGEST_TO="2026-07-02T08:00", **asking), 0)
    digest_id = shell("history").stdout.split()[0]
    for form in ("facts", "prompt"):
        told.by(shell("show", digest_id, "--format", form), 0)
    for arguments in (["history"], ["resend", digest_id], ["check"], ["preview"], ["snapshot"]):
        told.by(shell(*arguments), 0)


def programs_that_fail(shell: Shell, told: Told, manager: Source, server: Source) -> None:
    """Let everything around be away, refuse, redirect, and tell back what it was asked with."""
    away = f"127.0.0.1:{free_port()}"
    gone = {
        name: f"postgresql://u:{quote(SECRETS[name], safe='')}@{away}/d"
        for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL")
    }
    told.by(ingest(shell, "migrate", **gone), 4)
    for command in ("run", "check"):
        told.by(shell(command, **gone), 4)
    with served(shell, told, **gone) as address:
        assert post(address, {"Authorization": f"Bearer {SECRETS['AUTH_TOKENS']}"}) == 503
    elsewhere = ("Location", f"http://{away}/x?sig={quote(SECRETS['TEAMS_WEBHOOK_URL'], safe='')}")
    for refused in (Answer(400, SECRETS["TEAMS_WEBHOOK_URL"].encode()), Answer(302, headers=(elsewhere,))):
        shell.teams.answers = [refused] * 2
        told.by(shell("send-test"), 5)
    told.by(shell("preview", ALERTMANAGER_URL=f"http://{away}", PROMETHEUS_URL=f"http://{away}"), 0)
    basic = base64.b64encode(f"am:{SECRETS['PROMETHEUS_BASIC_AUTH']}".encode()).decode()
    for path in ("/api/v2/status", "/api/v2/alerts"):
        manager.says(path, f"no such Bearer {SECRETS['ALERTMANAGER_BEARER_TOKEN']}", 401)
    server.says("/api/v1/rules", {"status": "error", "error": f"not let in: Basic {basic}"}, 401)
    server.says("/api/v1/query", {"status": "error", "error": f"not let in: Basic {basic}"}, 401)
    told.by(shell("preview"), 0)
    told.by(shell("check"), 4)


def programs_with_wrong_settings(shell: Shell, told: Told) -> None:
    """Give each secret where it is no value of its setting."""
    wrong = {
        "DATABASE_URL": f"mysql://u:{SECRETS['DATABASE_URL']}@h/d",
        "AUTH_TOKENS": SECRETS["AUTH_TOKENS"].strip("=7"),
        "AUTH_BASIC": SECRETS["AUTH_BASIC"],
        "TEAMS_WEBHOOK_URL": f"ftp://x/{SECRETS['TEAMS_WEBHOOK_URL']}",
        "FALLBACK_WEBHOOK_URL": f"http://x:port/{SECRETS['FALLBACK_WEBHOOK_URL']}",
        "ALERTMANAGER_BEARER_TOKEN": f"a b {SECRETS['ALERTMANAGER_BEARER_TOKEN']}",
        "ALERTMANAGER_BASIC_AUTH": SECRETS["ALERTMANAGER_BASIC_AUTH"],
        "PROMETHEUS_BEARER_TOKEN": f"ü{SECRETS['PROMETHEUS_BEARER_TOKEN']}",
        "PROMETHEUS_BASIC_AUTH": SECRETS["PROMETHEUS_BASIC_AUTH"],
    }
    told.by(shell("run", **wrong), 3)
    told.by(shell("test-capture", **wrong), 3)
    told.by(ingest(shell, "serve", **wrong), 3)
    for url in ("postgresql://u:{}@h/d", "postgresql://u:{}@[/d"):  # its slash is not encoded
        told.by(ingest(shell, "migrate", MIGRATION_DATABASE_URL=url.format(SECRETS["MIGRATION_DATABASE_URL"])), 3, 4)


@contextmanager
def surroundings() -> Iterator[tuple[Receiver, Source, Source]]:
    """Run a workflow, an Alertmanager and a Prometheus."""
    with receiver() as teams, source() as manager, source() as server:
        quiet_alertmanager(manager)
        quiet_prometheus(server)
        yield teams, manager, server


def settings(url: str, teams: Receiver, manager: Source, server: Source) -> dict[str, str]:
    """Return settings with a secret wherever there can be one, but for the second way into each source."""
    return {
        "MIGRATION_DATABASE_URL": with_password(url, "MIGRATION_DATABASE_URL"),
        "AUTH_TOKENS": f"eu={SECRETS['AUTH_TOKENS']}",
        "AUTH_BASIC": f"am:{SECRETS['AUTH_BASIC']}",
        "TEAMS_WEBHOOK_URL": address_with("TEAMS_WEBHOOK_URL", teams.url.partition("?")[0]),
        "FALLBACK_WEBHOOK_URL": address_with("FALLBACK_WEBHOOK_URL", teams.url.partition("?")[0]),
        "ALERTMANAGER_URL": manager.url,
        "ALERTMANAGER_BEARER_TOKEN": SECRETS["ALERTMANAGER_BEARER_TOKEN"],
        "PROMETHEUS_URL": server.url,
        "PROMETHEUS_BASIC_AUTH": f"am:{SECRETS['PROMETHEUS_BASIC_AUTH']}",
    }


def address_with(name: str, address: str) -> str:
    return f"{address}?api-version=1&sig={quote(SECRETS[name], safe='')}"


def with_password(url: str, name: str) -> str:
    """Return the URL of a database whose server trusts us, with a password."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    place = f"{parts['host']}:{parts['port']}/{parts['dbname']}"
    return f"postgresql://{parts['user']}:{quote(SECRETS[name], safe='')}@{place}"


def post(address: str, headers: dict[str, str], auth: tuple[str, str] | None = None) -> int:
    url = address if "?" in address else f"{address}/api/v1/alerts"
    loud = alert("Loud", "2026-07-01T20:00:00Z", severity="critical", note=f"password={OF_OTHERS}")
    loud["annotations"] = {"summary": f"login failed with password={OF_OTHERS}"}
    return requests.post(url, json=webhook(loud), headers=headers, auth=auth, timeout=20).status_code


@contextmanager
def served(shell: Shell, told: Told, **more: str) -> Iterator[str]:
    """Run the receiver with the settings of the shell, and hear its log afterwards."""
    log = told.folder / f"log-{len(told)}"
    given = {name: value for name, value in (shell.environ | more).items() if name != "DATABASE_URL"}
    with ingest_process(more.get("DATABASE_URL", shell.url), "/health", log, **given) as address:
        yield address
    told.append(log.read_text(encoding="utf-8"))


def ingest(shell: Shell, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from ingest.cli import main; main()", command]
    env = os.environ | shell.environ | more
    return subprocess.run(program, env=env, capture_output=True, text=True, timeout=60, check=False)


def rows(url: str, *, only: str = "", but: str = "") -> list[str]:
    """Return the rows of each table of the database, as text, one for each table; bytes are in hexadecimal."""
    with psycopg.connect(url) as conn:
        found = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [name for (name,) in found if name != but and only in {"", name}]
        return [str(conn.execute(f'SELECT t::text FROM "{name}" t').fetchall()) for name in tables]


def leaked(secret: str, text: str) -> bool:
    """Say whether a text has a secret, raw or encoded."""
    users = [base64.b64encode(f"{user}{secret}".encode()).decode() for user in ("", "am:", "eu=", "u:", "postgres:")]
    forms = [secret, quote(secret), quote(secret, safe=""), secret.encode().hex(), *users]
    return any(form in text for form in forms)


@pytest.mark.parametrize("encode", [str, quote, lambda text: base64.b64encode(text.encode()).decode()])
def test_what_leaks_is_found(encode: Callable[[str], str]) -> None:
    assert all(leaked(secret, f"<{encode(secret)}>") for secret in SECRETS.values())
