"""A prompt has the rows that there is time for, the most important first."""

from dataclasses import replace

import pytest

from digest.model.budget import Limits, Speed, answer_tokens, expected, first_guess, fits
from digest.model.links import candidate_links
from digest.model.prompt import build_prompt, largest_prompt
from digest.model.rows import rows
from tests.facts_factory import night
from tests.model_night import facts


def test_the_slowest_of_each_figure_counts() -> None:
    runs = [Speed(80, 20, 2.2), Speed(60, 25, 2.0), Speed(90, 18, 2.1)]
    assert expected(runs, 8) == Speed(60, 18, 2.0)


def test_without_a_run_a_small_model_is_guessed_faster_than_a_large_one() -> None:
    # The facts measured 15 and 4 tokens a second for 8 billion parameters; half the parameters, twice the speed.
    assert first_guess(8) == Speed(15, 4, 1.9)
    assert first_guess(4) == Speed(30, 8, 1.9)


def test_it_fits_by_time_and_by_context() -> None:
    # 1,900 characters are 1,000 tokens and 40: 20.8 s to read at 50 a second; 200 tokens take 20 s to write at 10.
    speed = Speed(prefill=50, generate=10, chars_per_token=1.9)
    text = "x" * 1900
    assert fits(text, 200, Limits(speed, 52, 4096))  # 40.8 of 52 * 0.8 = 41.6
    assert not fits(text, 200, Limits(speed, 50, 4096))
    assert not fits(text, 200, Limits(speed, 500, 1240))


def test_the_largest_prompt_that_fits_is_taken_and_attention_comes_first() -> None:
    night_ = night(40)
    urgent = [group.id for group in night_.groups if group.attention]
    limits = Limits(Speed(100, 20, 2.0), 60, 8192)
    prompt = largest_prompt(night_, candidate_links(night_), limits)
    assert prompt is not None
    count = len(prompt.rows)
    assert 0 < count < 40
    assert [row.group.id for row in prompt.rows][: len(urgent)] == urgent[:count]
    more = build_prompt(night_, rows(night_)[: count + 1], candidate_links(night_))
    assert not fits(more.text, more.answer_tokens, limits)


def test_one_row_is_asked_for_also_where_no_time_is_expected_since_only_an_answer_measures() -> None:
    prompt = largest_prompt(facts(), (), Limits(first_guess(70), 10, 4096))
    assert prompt is not None
    assert len(prompt.rows) == 1
    assert not fits(prompt.text, prompt.answer_tokens, Limits(first_guess(70), 10, 4096))


def test_where_the_context_holds_not_one_row_there_is_no_prompt() -> None:
    assert largest_prompt(facts(), (), Limits(Speed(1e5, 1e5, 1.9), 100, 1024)) is None


def test_an_answer_takes_what_its_keys_take() -> None:
    assert answer_tokens(10, 2) == 40 + 450 + 70


@pytest.mark.parametrize("unit", ["changes", "worst"])
def test_a_row_without_cluster_says_so(unit: str) -> None:
    plain = replace(facts(), groups=tuple(replace(g, changes=(), worst_state=None) for g in facts().groups))
    prompt = build_prompt(plain, rows(plain), ())
    data = prompt.messages[1]["content"]
    assert unit in data
    assert "OOMKilled" not in data
