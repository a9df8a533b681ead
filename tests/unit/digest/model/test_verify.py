"""A sentence passes where it can be read as one that its row makes true, and in no other case."""

import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model.grammar import tokens
from digest.model.links import Link
from digest.model.rows import Row
from digest.model.verify import duplicates, fault_of_group, fault_of_link
from tests.model_night import TRUE, facts
from tests.model_sentences import CERTIFICATE, CRASH, FAILING, NODE, PASSING, of

ROLLOUT = Link("rollout", ("g1",), "payments-api", 12)
PLACE = Link("same_namespace", ("g1", "g3"), "payments", 6)


@pytest.mark.parametrize(("text", "about"), PASSING)
def test_what_the_row_makes_true_passes(text: str, about: Row) -> None:
    assert fault_of_group(text, about) == ""


@pytest.mark.parametrize(("text", "about"), FAILING)
def test_what_is_false_a_cause_a_command_or_calming_fails(text: str, about: Row) -> None:
    assert fault_of_group(text, about)


@pytest.mark.parametrize(
    ("text", "about", "fault"),
    [
        ("It fires.", CRASH, "write one sentence"),
        ("Die Pods von payments-api starten seit 00:00 neu – jede Minute.", CRASH, "use plain letters"),
        ("The pods restarted 4 times after a rollout at 23:48.", CRASH, "“4” cannot stand there"),
        ("The cart-service pods restarted after a rollout.", CRASH, "“cart-service” cannot stand there"),
        ("The pods restarted because of a rollout at 23:48.", CRASH, "“because” cannot stand there"),
        ("The pods of payments-api have recovered.", CRASH, "it has not cleared"),
        ("The node worker-3 is unreachable since 00:05.", NODE, "it does not fire now"),
        ("The node worker-3 was unreachable after a rollout.", NODE, "no change before it"),
        ("the pods in payments restarted after a rollout.", CRASH, "begin with a capital letter"),
        ("The pods of payments-api restarted after", CRASH, "the sentence ends too early"),
        ("The alert CertificateExpiringSoon fired.", CERTIFICATE, "do not repeat the alert"),
    ],
)
def test_a_fault_says_what_to_mend(text: str, about: Row, fault: str) -> None:
    assert fault in fault_of_group(text, about)


def test_a_time_since_when_it_fires_is_that_of_the_oldest_episode_that_still_does() -> None:
    again = of(CRASH.group, firing_since=CRASH.group.first_seen + timedelta(hours=3), total_occurrences=2)
    assert fault_of_group("The alert is firing since 03:00 in payments.", again) == ""
    assert fault_of_group("The alert is firing since 00:00 in payments.", again)
    assert fault_of_group("The alert fired 2 times since 00:00 in payments.", again) == ""


def test_of_several_alerts_nobody_says_that_all_fire_where_only_some_do() -> None:
    all_fire = of(CRASH.group, series_count=3, firing_count=3)
    some_fire = of(CRASH.group, series_count=3, firing_count=1, resolved_count=2)
    assert fault_of_group("The alerts in payments are still firing.", all_fire) == ""
    assert fault_of_group("The alerts in payments are still firing.", some_fire)
    assert fault_of_group("The alert in payments is still firing.", some_fire) == ""


def test_what_began_before_the_night_has_no_duration() -> None:
    early = of(CRASH.group, first_seen=facts().period.start - timedelta(hours=1))
    assert fault_of_group("The alert has been firing for 8 h in payments.", early)
    assert fault_of_group("The alert has been firing for 8 h in payments.", CRASH) == ""


def test_a_restart_that_came_before_a_change_is_not_said_to_have_come_after_it() -> None:
    worst = CRASH.group.worst_state
    assert worst is not None
    earlier = of(CRASH.group, worst_state=replace(worst, last_end=CRASH.group.first_seen - timedelta(hours=1)))
    assert fault_of_group("The pods restarted after a rollout at 23:48.", earlier)
    assert fault_of_group("After a rollout at 23:48 the pods restarted 3 times.", earlier)
    assert fault_of_group("After a rollout at 23:48 the pods restarted 3 times.", CRASH) == ""
    assert fault_of_group("The alert fired after a rollout at 23:48.", earlier) == ""


@pytest.mark.parametrize("name", ["delete", "stable", "restart", "Delete", "FalseAlarm", "has", "is", "the"])
def test_a_name_that_is_a_word_is_only_read_where_a_name_stands(name: str) -> None:
    about = of(CRASH.group, namespace=name, alertname=name)
    assert fault_of_group(f"The pods of payments-api in {name} restarted 3 times.", about) == ""
    for text in (
        "{} payments-api which restarted 3 times.",
        "The pods restarted 3 times, {} payments-api.",
        "The pods of payments-api are {} since 00:00.",
        "The pods restarted 3 times and {} after 23:48.",
    ):
        assert fault_of_group(text.format(name), about), text  # fmt: skip


@pytest.mark.parametrize(
    ("text", "link", "about"),
    [
        ("The restarts of payments-api possibly share a story with the rollout at 23:48.", ROLLOUT, [CRASH]),
        ("Payments-api is possibly related to the rollout to v1.2.4 at 23:48, 12 min before.", ROLLOUT, [CRASH]),
        ("The alerts in payments possibly belong together.", PLACE, [CRASH, CERTIFICATE]),
        ("KubePodCrashLooping and CertificateExpiringSoon may be related.", PLACE, [CRASH, CERTIFICATE]),
        ("KubePodCrashLooping possibly belongs together with CertificateExpiringSoon in the namespace payments.",
         PLACE, [CRASH, CERTIFICATE]),
    ],
)  # fmt: skip
def test_a_link_may_be_told_as_possible(text: str, link: Link, about: list[Row]) -> None:
    assert fault_of_link(text, link, about) == ""


@pytest.mark.parametrize(
    "text",
    [
        "The alerts in payments are related to each other.",
        "The alerts in payments are possibly caused by it.",
        "Possibly restart payments which may be related.",
        "The certificate possibly belongs together with 3 restarts.",
        "The alerts in payments since 00:06 possibly belong together.",
        "The alerts in payments have cleared and may be related.",
        "The namespace payments has to be started and alerts may be related.",
        "CertificateExpiringSoon began KubePodCrashLooping and may be related.",
        "CertificateExpiringSoon was seen before KubePodCrashLooping and may be related.",
        "The alerts in payments belong to the same workload and may be related.",
        "The alerts on the same node payments may be related.",
    ],
)
def test_a_link_of_two_groups_that_is_told_as_more_or_mixes_them_fails(text: str) -> None:
    assert fault_of_link(text, PLACE, [CRASH, CERTIFICATE])


@pytest.mark.parametrize(
    "text",
    [
        "The restarts of payments-api are related to the rollout at 23:48.",
        "The restarts of payments-api are from the rollout, possibly related.",
        "The restarts of payments-api are possibly related to the rollout at 00:00.",
        "The failures are after the rollout and the pods have to be restarted, possibly related.",
        "The failures are linked to the rollout at 23:48 and possibly related.",
        "The failures are with the rollout at 23:48, possibly related.",
        "Possibly the rollout at 23:48 is why payments-api restarted.",
    ],
)
def test_a_link_to_a_change_that_is_told_as_more_fails(text: str) -> None:
    assert fault_of_link(text, ROLLOUT, [CRASH])


def test_what_an_alert_quotes_allows_nothing() -> None:
    assert fault_of_group(CRASH.group.summary, CRASH)


def test_the_same_sentence_under_two_keys_is_a_fault_of_the_second() -> None:
    assert duplicates({"G01": "It fires now.", "G02": "Now it fires.", "G03": "It cleared."}) == {
        "G02": "it says the same as G01"
    }


def word_list(text: str) -> list[str]:
    return text.split()


WORDS = word_list(
    "the a pods pod payments-api payments in of and but , restarted crashed fired is are was still firing "
    "since at for from until after rollout to v1.2.4 v1.2.3 23:48 00:00 00:09 08:00 22:15 3 4 12 times min h "
    "8 OOMKilled with ended has recovered cleared alert KubePodCrashLooping worker-3 worker-9 node unready "
    "fine because caused kubectl delete it no news last before 35 unreachable failing keeps restarting twice "
    "once"
)
TEMPLATES = (TRUE, *(pick[0] for pick in [
    ("The payments-api pods keep restarting with OOMKilled since 00:00.",),
    ("The node worker-3 was unreachable from 00:05 until 08:00 and has recovered.",),
    ("A rollout to v1.2.4 was seen 12 min before and the pods restarted three times.",),
]))  # fmt: skip
NUMBER = re.compile(r"\d")


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_a_true_sentence_with_some_words_changed_has_no_number_time_or_name_of_another(seed: int, changes: int) -> None:
    """Check by another rule than the verifier's: each number, time and name stands in the row's own cells."""
    pick = random.Random(seed)
    words = pick.choice(TEMPLATES).rstrip(".").split()
    for _ in range(changes):
        words[pick.randrange(len(words))] = pick.choice(WORDS)
    text = " ".join(words) + "."
    for about in (CRASH, NODE, CERTIFICATE):
        if fault_of_group(text, about):
            continue
        for token in tokens(text):
            if NUMBER.search(token) or re.search(r"[a-z]-|[a-z][A-Z]", token):
                assert token.lower() in about.words.lower() or token == "12"
        assert not {"because", "caused", "kubectl", "delete", "fine", "worker-9"} & {
            one.lower() for one in tokens(text)
        }
        assert about.state == "cleared" or not {"recovered", "cleared"} & set(tokens(text))
        assert about.state == "firing" or not {"is", "are", "still", "keeps"} & set(tokens(text))


@given(st.text(max_size=260))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(fault_of_group(text, CRASH), str)
