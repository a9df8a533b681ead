"""Whatever a model answers, no sentence is kept under a key whose row does not make it true, as people say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.answer import Said
from digest.model.judge import judged
from digest.model.links import candidate_links
from digest.model.prompt import build_prompt
from digest.model.rows import rows
from tests.model_night import facts
from tests.model_sentences import CERTIFICATE, CRASH, FAILING, NODE, PASSING

PROMPT = build_prompt(facts(), rows(facts()), candidate_links(facts()))
ABOUT = {"G01": CRASH, "G02": NODE, "G03": CERTIFICATE}
TRUE = {key: {text for text, about in PASSING if about == row} for key, row in ABOUT.items()}
LABELLED = sorted({text for text, _ in PASSING + FAILING})
TEXTS = st.one_of(st.sampled_from(LABELLED), st.text(max_size=260))
ANSWERS = st.dictionaries(
    st.sampled_from(["G01", "G02", "G03", "G77", "L01", "L02", "X"]), st.builds(Said, TEXTS, st.just("possible"))
)


@settings(max_examples=500)
@given(ANSWERS)
def test_of_random_answers_only_what_is_true_of_its_own_row_is_kept(answers: dict[str, Said]) -> None:
    faults = judged(PROMPT, answers)
    kept = {key: answers[key].text for key in ABOUT if key in answers and key not in faults}
    assert all(text in TRUE[key] for key, text in kept.items()), kept


def test_the_labelled_true_sentences_are_kept() -> None:
    for key, texts in TRUE.items():
        assert texts
        for text in texts:
            assert judged(PROMPT, {key: Said(text, "possible")}) == {}
