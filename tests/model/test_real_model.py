"""A real Ollama with a real small model: what the stand-in claims of it, and that a digest gets its text in time.

``make test-model`` builds both once (about a quarter of an hour on two cores) and keeps them. What a small model
writes is not judged here, only that nothing unsupported of it passes; ``make eval`` counts.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from demo.postgres import free_port
from digest.facts import Facts
from digest.model.client import ModelError, Ollama, Options, new_session
from digest.model.judge import judged
from digest.model.phrase import Asking, phrase
from digest.model.prompt import build_prompt
from digest.model.rows import row, rows
from digest.model.settings import ModelSettings
from digest.model.verify import fault_of_group
from tests.facts_factory import PERIOD, night
from tests.model_night import facts
from tools import ollama

MODEL = os.environ.get("ALERTGEST_TEST_MODEL", "qwen2.5-coder:0.5b")
THREADS = os.cpu_count() or 2


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ollama.build([MODEL])
    log = tmp_path_factory.mktemp("ollama") / "log"
    with ollama.server([MODEL], free_port(), log) as address:
        yield address


def client(url: str, seconds: float = 120) -> Ollama:
    end = time.monotonic() + seconds
    return Ollama(new_session(), url, lambda: end - time.monotonic())


def settings(url: str, seconds: int = 80) -> ModelSettings:
    return ModelSettings(url, MODEL, "", 4096, 0.0, seconds, THREADS)


def test_the_model_is_found_with_its_size_and_the_version_of_the_server(url: str) -> None:
    model = client(url).find(MODEL)
    assert (model.name, model.server, model.thinks) == (MODEL, ollama.VERSION, False)
    assert 0.3 < model.billions < 2.0


def test_an_answer_has_every_key_of_the_schema_and_the_second_call_reads_the_beginning_no_more(url: str) -> None:
    api, prompt = client(url), build_prompt(facts(), rows(facts()), ())
    model, options = api.find(MODEL), Options(4096, 0.0, THREADS)
    api.warm_up(model, options)
    first = api.chat(model, prompt.messages, prompt.schema, options.plain(400))
    again = api.chat(model, prompt.messages, prompt.schema, options.plain(400))
    assert first.fault == ""
    assert all(f'"{key}"' in first.content for key in ("G01", "G02", "G03"))
    assert first.prompt_tokens > 400
    assert again.cached_tokens > 0.9 * first.prompt_tokens


def test_a_prompt_that_is_too_long_is_refused_and_not_cut(url: str) -> None:
    api, long = client(url), build_prompt(night(60), rows(night(60)), ())
    model, options = api.find(MODEL), Options(2048, 0.0, THREADS)
    with pytest.raises(ModelError, match="too long for the model's context"):
        api.chat(model, long.messages, long.schema, options.plain(50))


def test_a_deadline_ends_it_and_the_next_call_is_served(url: str) -> None:
    prompt, options = build_prompt(night(20), rows(night(20)), ()), Options(4096, 0.0, THREADS)
    model = client(url).find(MODEL)
    client(url).warm_up(model, options)
    before = time.monotonic()
    with suppress(ModelError):
        assert client(url, 2.0).chat(model, prompt.messages, prompt.schema, options.plain(2000)).fault
    assert time.monotonic() - before < 4
    client(url).warm_up(model, options)


@pytest.mark.parametrize("groups", [3, 24])
def test_a_night_gets_its_text_in_time_and_all_of_it_passes_the_verifier(url: str, groups: int) -> None:
    facts_ = facts() if groups == 3 else _large(groups)
    before = time.monotonic()
    found = phrase(facts_, Asking(settings(url), new_session(), time.monotonic, lambda _: []))
    took = time.monotonic() - before
    assert found is not None
    assert took < 90
    by_id = {group.id: row(group, PERIOD) for group in facts_.groups}
    assert all(fault_of_group(one.why, by_id[one.group]) == "" for one in found.phrasing.groups if one.why)
    shown = sum(bool(one.why) for one in found.phrasing.groups)
    print(f"{MODEL}: {shown} of {groups} sentences, {found.phrasing.rejected} rejected, {took:.0f} s")  # noqa: T201


def _large(groups: int) -> Facts:
    some = night(groups).groups
    return replace(night(groups), groups=tuple(replace(one, alertname=f"KubePodNotReady{one.id}") for one in some))


def test_the_judge_reads_what_a_real_model_writes(url: str) -> None:
    found = phrase(facts(), Asking(settings(url), new_session(), time.monotonic, lambda _: []))
    assert found is not None
    assert found.record.answer.count("{") >= 1
    assert isinstance(judged(build_prompt(facts(), rows(facts()), ()), {}), dict)
