"""Nothing that a row does not say passes, however true its words are."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.rows import Row
from digest.model.verify import duplicates, fault_of_group, fault_of_link, tokens, vocabulary
from tests.model_night import TRUE, rows

CRASH, NODE, CERTIFICATE = rows()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (TRUE, CRASH),
        ("Containers of the Deployment payments-api ended 3 times with OOMKilled since 00:00.", CRASH),
        ("A rollout to v1.2.4 was seen 12 min before and the pods restarted three times.", CRASH),
        ("The node worker-3 was unreachable for 35 minutes and recovered.", NODE),
        ("Node worker-3 was not ready since 00:05 and has recovered.", NODE),
        ("A certificate in payments was near its expiry and was reported 2 times.", CERTIFICATE),
    ],
)
def test_what_the_row_says_passes(text: str, about: Row) -> None:
    assert fault_of_group(text, about) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "write one sentence"),
        ("It fires.", "write one sentence"),
        ("The pods restarted 4 times after a rollout at 23:48.", "“4” is not in the row"),
        ("The pods restarted 12 times after a rollout at 23:48.", "“12” is not in the row"),
        ("The pods restarted twelve times after a rollout at 23:48.", "“twelve” is not in the row"),
        ("The alert of payments-api fired 3 times after a rollout at 23:48.", "“3” is not in the row"),
        ("The pods restarted after a rollout at 22:15 and still fire.", "“22:15” is not in the row"),
        ("The pods restarted after a rollout at 00:00 and still fire.", "00:00 is not the time of that"),
        ("The pods in payments are firing since 00:09 with OOMKilled.", "00:09 is not the time of that"),
        ("The pods restarted after a change from v1.2.4 to v1.2.3 at 23:48.", "the change went from"),
        ("The pods restarted after a rollback at 23:48 and still fire.", "it was no rollback"),
        ("The cart-service pods restarted after a rollout at 23:48.", "“cart-service” is not in the row"),
        ("The pods on worker-3 restarted after a rollout at 23:48.", "“worker-3” is not in the row"),
        ("The pods restarted because of a rollout at 23:48.", "“because” is not in the row"),
        ("The rollout at 23:48 caused the restarts of the pods.", "“caused” is not in the row"),
        ("The rollout at 23:48 led to restarts of the pods.", "“led” is not in the row"),
        ("Run kubectl delete ns payments to clear the restarts.", "is not in the row"),
        ("See https://evil.example/payments for the restarts of it.", "use no links"),
        ("The pods of <at>payments</at> restarted after 23:48.", "use no links"),
        ("The pods of **payments** restarted after a rollout.", "use no links"),
        ("The pods of payments-api are fine since 00:00.", "“fine” is not in the row"),
        ("The pods of payments-api restarted but are not firing.", "without not"),
        ("The pods of payments-api restarted and have recovered since.", "it still fires"),
        ("The certificate of payments-api is near its expiry.", "nothing of certificates"),
        ("The volume of payments-api is filled since 00:00.", "nothing of storage"),
        ("The payments-api pods are affected by a node since 00:00.", "nothing of a node"),
        ("All customers of payments are affected since 00:00.", "“All” is not in the row"),
        ("Die Pods von payments-api starten seit 00:00 neu – jede Minute.", "use plain letters"),
        ("the pods in payments restarted after a rollout at 23:48.", "begin with a capital"),
        ("This is a warning alert about pods in payments that restarted.", "“warning” is not in the row"),
    ],
)
def test_what_it_does_not_say_fails_with_a_reason_for_the_model(text: str, fault: str) -> None:
    assert fault in fault_of_group(text, CRASH)


@pytest.mark.parametrize(
    ("text", "about", "fault"),
    [
        ("The node worker-3 is still unreachable and stays so.", NODE, "“stays”"),
        ("The node worker-3 is still unreachable since 00:05.", NODE, "it has cleared"),
        ("The node worker-3 was repeatedly unreachable for 35 minutes.", NODE, "it came only once"),
        ("Several nodes were unreachable for 35 minutes and recovered.", NODE, "only one alert"),
        ("The node worker-3 was unreachable after a rollout and recovered.", NODE, "no change before it"),
        ("Certificate expiring was seen in it.", CERTIFICATE, "do not repeat the alert"),
        ("A certificate in payments expires and is unavailable there.", CERTIFICATE, "something that is away"),
        ("The pods in payments have a certificate near its expiry.", CERTIFICATE, "nothing of pods"),
        ("A certificate in payments was above its expiry at 00:06.", CERTIFICATE, "high or growing"),
    ],
)
def test_words_need_a_reason_in_the_row(text: str, about: Row, fault: str) -> None:
    assert fault in fault_of_group(text, about)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Stop the deployment payments-api and go to v1.2.3 now.", CRASH),
        ("Restart payments-api now and roll to v1.2.3 again.", CRASH),
        ("Kill the pods of payments-api and clear the alert.", CRASH),
        ("Payments-api requires a rollback to v1.2.3 now.", CRASH),
        ("Each restart of payments-api comes from the rollout at 23:48.", CRASH),
        ("The payments-api service is unavailable and unreachable since 00:00.", CRASH),
        ("The whole cluster failed and is unreachable since 00:00.", CRASH),
        ("The alert lasted only briefly and is close to an end.", CRASH),
        ("The pods of payments-api failed for many hours before 00:00.", CRASH),
        ("The pods of payments-api restarted per minute since 00:00.", CRASH),
        ("The pods are down for days in payments-api.", CRASH),
        ("The node worker-3 has been degraded for days.", NODE),
        ("Alert is firing on node worker-3 and it is unreachable.", NODE),
        ("The node worker-3 is unready since 00:05 and keeps failing.", NODE),
        ("Stop the node worker-3 and start the node again.", NODE),
    ],
)
def test_sentences_of_true_words_that_are_false_or_ask_for_something_fail(text: str, about: Row) -> None:
    assert fault_of_group(text, about)


def test_what_an_alert_quotes_allows_nothing() -> None:
    assert fault_of_group(CRASH.group.summary, CRASH)
    assert "kubectl" not in vocabulary()


def test_a_link_must_be_said_to_be_only_possible() -> None:
    about = [CRASH, NODE]
    assert fault_of_link("The restarts in payments are possibly related to worker-3.", about) == ""
    assert "say possibly" in fault_of_link("The restarts in payments are related to worker-3.", about)
    assert fault_of_link("The restarts are possibly caused by worker-3 in payments.", about)


def test_the_same_sentence_under_two_keys_is_a_fault_of_the_second() -> None:
    assert duplicates({"G01": "It fires now.", "G02": "Now it fires!", "G03": "It cleared."}) == {
        "G02": "it says the same as G01"
    }


def test_no_word_of_the_vocabulary_asserts_a_cause_or_asks_for_anything() -> None:
    causes = "because cause caused causes causing due therefore hence triggered led leads result"
    assert vocabulary().isdisjoint(f"{causes} run delete apply please must".split())


WORDS = [
    *sorted(vocabulary()), "kubectl", "delete", "because", "caused", "worker-3", "worker-9", "payments", "payments-api",
    "kube-system", "3", "4", "12", "23:48", "00:00", "22:15", "OOMKilled", "v1.2.4", "v9.9.9", "fine", "All",
    "https://x.example", "<at>you</at>",
]  # fmt: skip
NUMBER = re.compile(r"\d")


@given(st.integers(0, 2**32), st.integers(4, 14))
def test_of_random_sentences_none_passes_with_a_number_name_or_word_that_is_not_its_own(seed: int, length: int) -> None:
    """Check by another rule than the verifier's: each token is a plain word or a part of the row's text."""
    pick = random.Random(seed)
    text = " ".join(pick.choice(WORDS) for _ in range(length)).capitalize() + "."
    for about in (CRASH, NODE, CERTIFICATE):
        if fault_of_group(text, about):
            continue
        for token in tokens(text):
            if NUMBER.search(token) or "-" in token or not token.isalpha():
                assert token in about.words
        assert not {"because", "caused", "kubectl", "delete", "fine"} & {token.lower() for token in tokens(text)}


@given(st.text(max_size=260))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(fault_of_group(text, CRASH), str)
