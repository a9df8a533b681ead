"""Asking a model over real HTTP: what passes, what is asked again, and that no fault costs more than its time."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from digest.briefing import build_briefing
from digest.model.budget import Speed
from digest.model.client import new_session
from digest.model.phrase import Asking, Phrased, phrase
from digest.model.settings import ModelSettings
from tests.model_night import TRUE, facts
from tests.ollama import MODEL, Body, Ollama, ollama

FAST = Speed(prefill=100_000, generate=100_000, chars_per_token=2)
NODE = "The node worker-3 was unreachable for 35 minutes and recovered."
CERTIFICATE = "A certificate in payments was near its expiry and was reported 2 times."
GOOD = {
    "G01": {"then": "check_rollout", "seen": TRUE},
    "G02": {"then": "check_node", "seen": NODE},
    "G03": {"then": "check_certificate", "seen": CERTIFICATE},
    "L01": {"holds": "possible", "text": "The restarts of payments-api possibly share a story with the rollout."},
    "L02": {"holds": "no", "text": ""},
}


def saying(*answers: dict[str, Any] | str) -> Iterator[str]:
    yield from (answer if isinstance(answer, str) else json.dumps(answer) for answer in answers)


@pytest.fixture
def server() -> Iterator[Ollama]:
    with ollama(lambda _: json.dumps(GOOD)) as running:
        yield running


def settings(server: Ollama, **more: object) -> ModelSettings:
    base = ModelSettings(server.url, MODEL, "qwen2.5-coder:1.5b", 4096, 0.0, 20, 2)
    return replace(base, **more)  # type: ignore[arg-type]


def asked(server: Ollama, **more: object) -> Phrased:
    asking = Asking(settings(server, **more), new_session(), time.monotonic, lambda _: [FAST])
    found = phrase(facts(), asking)
    assert found is not None
    return found


def test_what_the_verifier_passes_is_on_the_card_and_marked(server: Ollama) -> None:
    found = asked(server)
    assert [(one.group, one.why, one.action) for one in found.phrasing.groups] == [
        ("g1", TRUE, "check_rollout"),
        ("g2", NODE, "check_node"),
        ("g3", CERTIFICATE, "check_certificate"),
    ]
    assert [link.groups for link in found.phrasing.links] == [("g1",)]
    brief = build_briefing(replace(facts(), phrasing=found.phrasing))
    assert brief.attention[0].model == f"✎ {TRUE}"
    assert brief.model_note == f"Lines with ✎ were written by {MODEL} and may be wrong."
    assert "✎ compare the revision before with the present one" in brief.actions[0].words
    assert len(server.chats()) == 1


def test_a_request_has_all_that_keeps_a_server_from_cutting_or_loading_twice(server: Ollama) -> None:
    asked(server)
    warm, chat = (body for path, body in server.asked if path == "/api/chat")
    for body in (warm, chat):
        assert (body["truncate"], body["shift"], body["keep_alive"]) == (False, False, "10m")
        assert {"num_ctx": 4096, "num_thread": 2, "temperature": 0.0, "seed": 1}.items() <= body["options"].items()
    assert warm["messages"] == []
    assert chat["options"]["num_predict"] > 0
    assert list(chat["format"]["properties"]) == ["G01", "G02", "G03", "L01", "L02"]
    assert "think" not in chat


def test_a_model_that_thinks_is_told_not_to(server: Ollama) -> None:
    server.tags["models"][1]["capabilities"].append("thinking")
    asked(server)
    assert server.chats()[0]["think"] is False


def test_a_sentence_that_fails_is_asked_for_once_more_by_its_fault(server: Ollama) -> None:
    bad = GOOD | {"G02": {"then": "check_node", "seen": "The node worker-9 was unreachable for 35 minutes."}}
    answers = saying(bad, {"G02": GOOD["G02"]})
    server.say = lambda _: next(answers)
    found = asked(server)
    assert [one.why for one in found.phrasing.groups] == [TRUE, NODE, CERTIFICATE]
    again = server.chats()[1]
    assert list(again["format"]["properties"]) == ["G02"]
    assert "G02: “worker-9” cannot stand there, or is not in the row" in again["messages"][-1]["content"]
    assert found.record.rejected == ("G02: “worker-9” cannot stand there, or is not in the row",)


def test_what_fails_twice_is_left_to_code_and_counted(server: Ollama) -> None:
    bad = GOOD | {"G02": {"then": "check_node", "seen": "The node worker-9 was unreachable for 35 minutes."}}
    server.say = lambda _: json.dumps(bad)
    found = asked(server)
    assert [one.why for one in found.phrasing.groups] == [TRUE, "", CERTIFICATE]
    assert found.phrasing.rejected == 1
    assert found.record.rejected == ("G02: “worker-9” cannot stand there, or is not in the row",)
    assert len(server.chats()) == 2


def test_only_what_there_is_time_for_is_asked_for_again(server: Ollama) -> None:
    # The stand-in counts five tokens for twenty characters, some 80 here: in 16 s that are 5 a second, and the 11 s
    # that are left, less a margin, write one sentence of 45 tokens.
    bad = GOOD | {key: {"then": "none", "seen": f"Worker-9 is on fire, says {key}."} for key in ("G01", "G02", "G03")}
    server.say = lambda _: json.dumps(bad)
    server.generate_seconds = 16.0
    found = asked(server, timeout_seconds=14)
    assert list(server.chats()[1]["format"]["properties"]) == ["G01"]
    assert found.phrasing.rejected == 3
    assert found.phrasing.reason == ""
    assert all(not one.why for one in found.phrasing.groups)


def test_an_answer_of_which_nothing_passes_is_not_called_late(server: Ollama) -> None:
    server.say = lambda body: json.dumps({key: {"then": "", "seen": "x"} for key in body["format"]["properties"]})
    found = asked(server)
    assert found.phrasing.reason == "nothing that the model wrote could be used"


def test_a_link_that_a_model_takes_for_possible_is_told_in_words_of_code_where_its_own_fail(server: Ollama) -> None:
    server.say = lambda _: json.dumps(GOOD | {"L01": {"holds": "possible", "text": "It was caused by the rollout."}})
    found = asked(server)
    assert [(link.groups, link.text) for link in found.phrasing.links] == [(("g1",), "")]
    brief = build_briefing(replace(facts(), phrasing=found.phrasing))
    line = brief.patterns[-1]
    assert (line.name, line.words) == (
        "KubePodCrashLooping",
        "✎ possibly goes with the change of payments-api 12 min before",
    )


def test_an_answer_that_is_cut_keeps_its_whole_keys(server: Ollama) -> None:
    reasons = {
        "cut": "the connection to Ollama ended",
        "length": "it became too long",
        "mid-stream": "Ollama has too little memory for the model",
        "garbage": "Ollama's answer cannot be read",
    }
    for fault, reason in reasons.items():
        server.fault = fault
        found = asked(server)
        assert [one.group for one in found.phrasing.groups][:2] == ["g1", "g2"], fault
        assert found.phrasing.reason == reason
        brief = build_briefing(replace(facts(), phrasing=found.phrasing))
        assert brief.model_note.endswith(f"may be wrong. Its answer was cut short: {reason}.")


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ("chat_404.json", 404, "the model is not there (OLLAMA_MODEL)"),
        ("chat_400_overlong.json", 400, "the prompt is too long for the model's context"),
        ("chat_400_native_truncate_true.json", 400, "the prompt is too long for the model's context"),
        ("chat_400_think_true.json", 400, "Ollama failed (400)"),
        ("chat_500_num_ctx_string.json", 500, "Ollama failed (500)"),
        ("", 503, "Ollama is busy"),
        ("truncated", 200, "Ollama cut the prompt (OLLAMA_MAX_TOKENS); an Ollama from 0.12.4 on would say so"),
        ("chat_stream_cold_05.ndjson", 200, ""),
    ],
)
def test_each_fault_of_a_server_is_told_in_words_of_ours(server: Ollama, fault: str, status: int, reason: str) -> None:
    server.fault, server.status = fault, status
    found = asked(server)
    if reason:
        assert found.phrasing.reason == reason
    assert all(not one.why for one in found.phrasing.groups)
    assert "secret prompt" not in repr(found.phrasing)


@pytest.mark.parametrize("fault", ["hang", "hang late", "drip"])
def test_a_server_that_does_not_end_costs_the_deadline_and_no_more(server: Ollama, fault: str) -> None:
    server.fault = fault
    before = time.monotonic()
    found = asked(server, timeout_seconds=5)
    assert time.monotonic() - before < 9
    if fault == "drip":
        assert [one.group for one in found.phrasing.groups] == ["g1", "g2"]
    else:
        assert "in time" in found.phrasing.reason


def test_a_server_that_is_not_there_is_named(server: Ollama) -> None:
    found = asked(server, base_url="http://127.0.0.1:9")
    assert found.phrasing.reason == "Ollama cannot be reached (OLLAMA_BASE_URL)"


def test_the_second_model_is_asked_where_the_first_is_not_there(server: Ollama) -> None:
    found = asked(server, model="llama3.1:8b", fallback=MODEL)
    assert (found.phrasing.model, found.record.fallback) == (MODEL, True)


def test_a_model_that_is_not_there_is_named_with_what_to_do(server: Ollama) -> None:
    found = asked(server, model="llama3.1:8b", fallback="mistral:7b")
    assert found.phrasing.reason.startswith("the model llama3.1:8b and mistral:7b is not there (OLLAMA_MODEL)")
    assert server.chats() == []


def test_a_model_of_a_cloud_is_refused(server: Ollama) -> None:
    server.tags["models"].append({"name": "big:latest", "remote_host": "https://ollama.com", "remote_model": "big"})
    found = asked(server, model="big")
    assert "nothing may leave the cluster" in found.phrasing.reason
    assert server.chats() == []


def test_where_no_time_is_expected_one_group_is_asked_for_and_the_model_measured(server: Ollama) -> None:
    slow = Asking(settings(server), new_session(), time.monotonic, lambda _: [Speed(1, 1, 2)])
    found = phrase(facts(), slow)
    assert found is not None
    assert [one.group for one in found.phrasing.groups] == ["g1"]
    assert found.phrasing.left_out == 2
    assert found.record.speed is not None
    assert found.record.speed.prefill > 100


def test_the_model_of_the_defaults_is_asked_on_its_first_run(server: Ollama) -> None:
    server.tags["models"].append({"name": "llama3.1:8b", "details": {"parameter_size": "8.0B"}})
    first = Asking(
        settings(server, model="llama3.1:8b", timeout_seconds=80), new_session(), time.monotonic, lambda _: []
    )
    found = phrase(facts(), first)
    assert found is not None
    assert found.phrasing.model == "llama3.1:8b"


def test_a_context_too_small_for_one_group_is_named_and_nothing_asked(server: Ollama) -> None:
    found = asked(server, context_tokens=1024)
    assert found.phrasing.reason == "the model's context is too small for one group (OLLAMA_MAX_TOKENS)"
    assert server.chats() == []


@pytest.mark.parametrize("answer", ["", "{}"])
def test_an_answer_of_no_or_few_tokens_measures_nothing(server: Ollama, answer: str) -> None:
    server.say = lambda _: answer
    found = asked(server)
    assert found.phrasing.reason == "nothing that the model wrote could be used"
    assert found.record.speed is None


def test_figures_that_are_no_numbers_measure_nothing(server: Ollama) -> None:
    server.fault = "no figures"
    found = asked(server)
    assert [one.why for one in found.phrasing.groups] == [TRUE, NODE, CERTIFICATE]
    assert found.record.speed is None


def test_without_a_server_or_without_alerts_nobody_is_asked(server: Ollama) -> None:
    asking = Asking(settings(server, base_url=""), new_session(), time.monotonic, lambda _: [FAST])
    assert phrase(facts(), asking) is None
    quiet = replace(facts(), groups=())
    assert phrase(quiet, replace(asking, settings=settings(server))) is None


def test_the_proxy_of_the_environment_is_not_asked(server: Ollama, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert asked(server).phrasing.model == MODEL


def test_a_cold_answer_measures_the_speed_of_the_model(server: Ollama) -> None:
    speed = asked(server).record.speed
    assert speed is not None
    # The stand-in says one second for reading and one for writing.
    chat: Body = server.chats()[0]
    assert speed.prefill == len(json.dumps(chat["messages"])) // 3
    assert speed.chars_per_token > 1
