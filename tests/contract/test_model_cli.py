"""The model's part of a digest as users start it: recorded, shown, counted, left out, and its models fetched."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.card_nodes import plain
from tests.ollama import MODEL, Body, Ollama, ollama
from tests.programs import self_signed
from tests.rows import NIGHT, at, episode
from tests.shell import Shell

SENTENCE = "The alert began at 22:42 and is still firing in shop."


def answering(body: Body) -> str:
    return json.dumps({key: {"then": "check_logs", "seen": SENTENCE} for key in body["format"]["properties"]})


@pytest.fixture
def server() -> Iterator[Ollama]:
    with ollama(answering) as running:
        yield running


@pytest.fixture
def asking(shell: Shell, server: Ollama) -> Shell:
    """Return a shell with a model, and one critical alert in the night that has closed."""
    shell.environ |= {"OLLAMA_BASE_URL": server.url, "OLLAMA_MODEL": MODEL, "OLLAMA_TIMEOUT_SECONDS": "20"}
    with psycopg.connect(shell.url) as conn:
        conn.execute("DELETE FROM capture_windows")
        window = "INSERT INTO capture_windows (window_start, window_end, status) VALUES (%s, %s, 'completed')"
        conn.execute(window, (NIGHT, at("08:00")))
        episode(conn, "Crash", "22:42", heard="07:50", severity="critical")
        conn.execute("UPDATE alerts SET last_firing_at = now()")
    return shell


def kept(url: str) -> tuple[Any, ...]:
    with psycopg.connect(url) as conn:
        return conn.execute(
            "SELECT llm_model, prompt_tokens > 0, completion_tokens > 0, raw_prompt, raw_response, llm_seconds > 0,"
            " llm_verdicts, facts->'phrasing'->>'model' FROM digests"
        ).fetchall()[0]


def test_a_run_records_prompt_answer_and_figures_and_the_card_marks_the_models_line(asking: Shell) -> None:
    done = asking("run", DIGEST_CATCH_UP="1")
    assert done.returncode == 0, done.stderr
    assert f"✎ {SENTENCE}" in plain(asking.teams.bodies[0])
    model, read, wrote, prompt, answer, took, verdicts, shown = kept(asking.url)
    assert (model, read, wrote, took, verdicts, shown) == (MODEL, True, True, True, "", MODEL)
    assert "G01\tcritical\tstill firing\tCrash" in prompt
    assert json.loads(answer)["G01"]["seen"] == SENTENCE
    digest_id = asking("history").stdout.split()[0]
    assert "--- answer ---" in asking("show", digest_id, "--format", "prompt").stdout
    assert f"✎ {SENTENCE}" in asking("show", digest_id).stdout


def test_the_speed_of_a_cold_run_and_the_figures_for_the_metrics_are_kept(asking: Shell) -> None:
    asking("run", DIGEST_CATCH_UP="1")
    with psycopg.connect(asking.url) as conn:
        speeds = conn.execute("SELECT model, server, threads FROM model_speeds").fetchall()
        totals: dict[str, float] = dict(conn.execute("SELECT metric || labels::text, value FROM metric_totals"))
    assert speeds == [(MODEL, "0.34.0", 0)]
    assert totals['alertgest_llm_request_duration_seconds_count{"model": "qwen2.5-coder:0.5b"}'] == 1
    assert totals['alertgest_llm_tokens_total{"type": "completion", "model": "qwen2.5-coder:0.5b"}'] > 0
    assert totals["alertgest_llm_fallbacks_total{}"] == 0


def test_what_the_verifier_rejects_is_on_record_and_not_on_the_card(asking: Shell, server: Ollama) -> None:
    lie = "The alert was caused by worker-9 in shop at 03:33."
    server.say = lambda body: answering(body).replace(SENTENCE, lie)
    asking("run", DIGEST_CATCH_UP="1")
    assert lie not in plain(asking.teams.bodies[0])
    verdicts = kept(asking.url)[6]
    assert verdicts == "G01: “caused” cannot stand there, or is not in the row"


def test_no_llm_asks_nobody_and_says_nothing_of_it(asking: Shell, server: Ollama) -> None:
    asking("run", "--no-llm", DIGEST_CATCH_UP="1")
    assert server.asked == []
    assert "model text" not in json.dumps(asking.teams.bodies[0])


def test_a_server_that_is_away_costs_nothing_but_a_line(asking: Shell) -> None:
    done = asking("run", DIGEST_CATCH_UP="1", OLLAMA_BASE_URL="http://127.0.0.1:9")
    assert done.returncode == 0
    assert "Without model text: Ollama cannot be reached" in json.dumps(asking.teams.bodies[0])


def test_a_preview_shows_prompt_and_answer_and_keeps_nothing(asking: Shell) -> None:
    done = asking("preview", "--format", "prompt", "--from", "2026-07-01T18:00", "--to", "2026-07-02T08:00")
    assert "You help an engineer" in done.stdout
    assert SENTENCE in done.stdout
    with psycopg.connect(asking.url) as conn:
        assert conn.execute("SELECT count(*) FROM model_speeds").fetchall() == [(0,)]


def test_models_are_fetched_with_a_line_for_each_step(asking: Shell, server: Ollama) -> None:
    server.fault = "pull_success.ndjson"
    done = asking("pull-models", OLLAMA_FALLBACK_MODEL="none")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"{MODEL}: pulling manifest"
    assert f"{MODEL}: pulling layer: 50 % of 0.5 GB" in lines
    assert lines[-1] == f"{MODEL}: done"


def test_fetching_needs_no_database(asking: Shell, server: Ollama) -> None:
    server.fault = "pull_success.ndjson"
    assert asking("pull-models", OLLAMA_FALLBACK_MODEL="none", DATABASE_URL="").returncode == 0


def test_a_registry_that_is_out_of_reach_ends_with_4_and_one_line(asking: Shell) -> None:
    done = asking("pull-models")
    assert done.returncode == 4
    assert done.stderr == f"The model {MODEL} was not fetched: the registry of models cannot be reached.\n"


def test_without_a_server_there_is_nothing_to_fetch_into(shell: Shell) -> None:
    done = shell("pull-models")
    assert (done.returncode, done.stderr.split()[0]) == (3, "OLLAMA_BASE_URL")


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        ("hang", 200, "Without model text: Ollama did not answer in time"),
        ("hang late", 200, "Without model text: the model did not answer in time"),
        ("drip", 200, "✎"),
        ("truncated", 200, "Without model text: Ollama cut the prompt"),
        ("mid-stream", 200, "Its answer was cut short: Ollama has too little memory"),
        ("garbage", 200, "Its answer was cut short: Ollama's answer cannot be read"),
        ("chat_400_overlong.json", 400, "Without model text: the prompt is too long"),
        ("", 503, "Without model text: Ollama is busy"),
    ],
)
def test_whatever_ollama_does_the_digest_goes_out_whole_and_in_time(
    asking: Shell, server: Ollama, fault: str, status: int, told: str
) -> None:
    server.fault, server.status = fault, status
    with psycopg.connect(asking.url) as conn:
        for name in ("Second", "Third"):
            episode(conn, name, "22:42", heard="07:50")
        conn.execute("UPDATE alerts SET last_firing_at = now()")
        speed = "INSERT INTO model_speeds (model, server, threads, prefill, generate, chars_per_token, measured_at)"
        conn.execute(f"{speed} VALUES (%s, '0.34.0', 0, 1e5, 1e5, 2, now())", (MODEL,))
    before = time.monotonic()
    done = asking("run", DIGEST_CATCH_UP="1", OLLAMA_TIMEOUT_SECONDS="5")
    assert (done.returncode, time.monotonic() - before < 35) == (0, True)
    card = plain(asking.teams.bodies[0])
    assert told in card
    for part in ("Requires attention", "By severity", "Patterns", "Advice", "firing since"):
        assert part in card


def test_check_says_which_model_is_there(asking: Shell) -> None:
    assert f"model: {MODEL} is there, on Ollama 0.34.0\n" in asking("check").stdout
    second = asking("check", OLLAMA_MODEL="llama3.1:8b", OLLAMA_FALLBACK_MODEL=MODEL)
    assert second.returncode == 0
    assert f"model: {MODEL} is there, on Ollama 0.34.0; llama3.1:8b is not there\n" in second.stdout


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"OLLAMA_MODEL": "none-such", "OLLAMA_FALLBACK_MODEL": "none"}, "the model none-such is not there"),
        ({"OLLAMA_BASE_URL": "http://127.0.0.1:9"}, "Ollama cannot be reached (OLLAMA_BASE_URL)"),
    ],
)
def test_check_fails_where_no_model_can_be_asked(asking: Shell, environ: dict[str, str], told: str) -> None:
    done = asking("check", **environ)
    assert done.returncode == 4
    assert f"model: {told}" in done.stdout


def test_an_ollama_behind_a_certificate_of_ones_own_is_asked_where_its_file_is_set(
    asking: Shell, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    with ollama(answering, certificate.with_key) as server:
        asking.environ |= {"OLLAMA_BASE_URL": server.url}
        refused = asking("check")
        assert "model: Ollama's certificate is not trusted (OLLAMA_CA_FILE)" in refused.stdout
        assert refused.returncode == 4
        assert asking("check", OLLAMA_CA_FILE=str(certificate.alone)).returncode == 0
        asking("run", DIGEST_CATCH_UP="1", OLLAMA_CA_FILE=str(certificate.alone))
    assert f"✎ {SENTENCE}" in plain(asking.teams.bodies[0])
    missing = asking("check", OLLAMA_CA_FILE="/none/ca.crt")
    assert missing.returncode == 3
    assert "OLLAMA_CA_FILE must be the path of a file that can be read: /none/ca.crt" in missing.stderr


def test_fetching_waits_for_a_server_that_is_not_up_yet(asking: Shell) -> None:
    asking.environ |= {"OLLAMA_BASE_URL": "http://127.0.0.1:9"}
    done = asking("pull-models", "--wait", "1")
    assert done.returncode == 4
    assert done.stdout.startswith("waiting: Ollama cannot be reached (OLLAMA_BASE_URL)\n")
    assert done.stderr == "Ollama cannot be reached (OLLAMA_BASE_URL).\n"
