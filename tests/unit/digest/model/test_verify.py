"""Nothing that a row does not say passes, however true its words are."""

import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.links import Link
from digest.model.rows import Row, row
from digest.model.verify import duplicates, fault_of_group, fault_of_link, tokens
from digest.model.vocabulary import vocabulary
from tests.model_night import TRUE, facts, rows

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
        ("See https://evil.example/payments for the restarts of it.", "no links"),
        ("The pods of <at>payments</at> restarted after 23:48.", "no links"),
        ("The pods of **payments** restarted after a rollout.", "no links"),
        ("The pods of payments-api are fine since 00:00.", "“fine” is not in the row"),
        ("The pods of payments-api restarted but are not firing.", "without not"),
        ("The pods of payments-api restarted and have recovered since.", "it has not cleared"),
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
        ("The node worker-3 is still unreachable since 00:05.", NODE, "it does not fire now"),
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


ROLLOUT = Link("rollout", ("g1",), "payments-api", 12)
PLACE = Link("same_namespace", ("g1", "g3"), "payments", 6)


@pytest.mark.parametrize(
    ("text", "link", "about"),
    [
        ("The restarts of payments-api possibly share a story with the rollout at 23:48.", ROLLOUT, [CRASH]),
        ("Payments-api restarted 12 min after a rollout and is possibly related to it.", ROLLOUT, [CRASH]),
        ("The alerts in payments possibly belong together.", PLACE, [CRASH, CERTIFICATE]),
        ("KubePodCrashLooping and CertificateExpiringSoon may be related.", PLACE, [CRASH, CERTIFICATE]),
    ],
)
def test_a_link_may_be_told_as_possible(text: str, link: Link, about: list[Row]) -> None:
    assert fault_of_link(text, link, about) == ""


@pytest.mark.parametrize(
    ("text", "link", "about", "fault"),
    [
        ("The alerts in payments are related to each other.", PLACE, [CRASH, CERTIFICATE], "say possibly"),
        ("The alerts in payments are possibly caused by it.", PLACE, [CRASH, CERTIFICATE], "“caused”"),
        ("Possibly restart payments which may be related.", PLACE, [CRASH, CERTIFICATE], "“restart”"),
        ("Possibly the image of payments which may be related.", ROLLOUT, [CRASH], "begin with The"),
        ("The restarts of payments-api are from the rollout, possibly related.", ROLLOUT, [CRASH], "came before"),
        ("The rollout is possibly why and is linked with payments-api.", ROLLOUT, [CRASH], "“why”"),
        ("The pods possibly run out of memory with the rollout linked.", ROLLOUT, [CRASH], "“run”"),
        ("The pods possibly restarted after a rollout and are related to it.", ROLLOUT, [CRASH], "possibly related"),
        ("The certificate possibly belongs together with 3 restarts.", PLACE, [CRASH, CERTIFICATE], "“3”"),
        ("The alerts in payments since 00:06 possibly belong together.", PLACE, [CRASH, CERTIFICATE], "“00:06”"),
        ("The restarts in payments possibly belong together.", PLACE, [CRASH, CERTIFICATE], "containers that ended"),
        ("The alerts in payments have cleared and may be related.", PLACE, [CRASH, CERTIFICATE], "has not cleared"),
    ],
)
def test_a_link_that_is_told_as_more_or_mixes_its_groups_fails(
    text: str, link: Link, about: list[Row], fault: str
) -> None:
    assert fault in fault_of_link(text, link, about)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Change the image of payments-api to v1.2.3 after 00:00.", CRASH),
        ("Rollback payments-api to v1.2.3 after the rollout at 23:48.", CRASH),
        ("The pods restarted after a rollout at 23:48, change the image to v1.2.3.", CRASH),
        ("The pods restarted after a rollout at 23:48 and rollback to v1.2.3.", CRASH),
        ("The pods restarted after a rollout at 23:48. Limit the memory of payments-api.", CRASH),
        ("Possibly limit the memory of payments-api in payments.", CRASH),
        ("The payments-api pods restarted with the rollout at 23:48.", CRASH),
        ("The payments-api pods restart since the new version at 23:48.", CRASH),
        ("The payments-api pods restarted 3 times under the new image.", CRASH),
        ("The rollout at 23:48 affects the payments-api pods in payments.", CRASH),
        ("The rollout at 23:48 stopped and the payments-api pods restarted.", CRASH),
        ("The payments-api pods restarted before a rollout at 23:48.", CRASH),
        ("The payments-api pods restarted for 12 minutes after a rollout at 23:48.", CRASH),
        ("The node worker-3 recovered 35 minutes after it was unreachable.", NODE),
        ("A certificate in payments expired and was reported 2 times.", CERTIFICATE),
        ("The payments-api pods are stable after a rollout at 23:48.", CRASH),
    ],
)
def test_commands_causes_and_swapped_durations_of_true_words_fail(text: str, about: Row) -> None:
    assert fault_of_group(text, about)


LONG = replace(
    NODE,
    group=replace(NODE.group, firing_seconds=65 * 60),
    cells=tuple("1 h 5 min" if cell == "35 min" else cell for cell in NODE.cells),
)


def test_a_duration_is_one_figure_of_hours_and_minutes() -> None:
    assert fault_of_group("The node worker-3 was unreachable for 1 h 5 min and recovered.", LONG) == ""
    assert fault_of_group("The node worker-3 was unreachable for 1 hour and 5 minutes and recovered.", LONG) == ""
    assert "“5”" in fault_of_group("The node worker-3 was unreachable for 5 minutes and recovered.", LONG)
    assert "“1”" in fault_of_group("The node worker-3 was unreachable for 1 hour and recovered.", LONG)


def silent() -> Row:
    """Return the crash with nothing heard of it since 04:00."""
    group = replace(CRASH.group, firing_count=0, stale_count=1, last_seen=CRASH.group.first_seen + timedelta(hours=4))
    return row(replace(group, attention="stale"), facts().period)


def test_of_what_no_news_came_nobody_says_that_it_fires_or_is_over() -> None:
    assert fault_of_group("There is no news of the payments-api pods since 04:00.", silent()) == ""
    assert "not the time" in fault_of_group("There is no news of the payments-api pods since 00:00.", silent())
    assert "does not fire now" in fault_of_group("The pods of payments-api still restarted after 00:00.", silent())
    assert "has not cleared" in fault_of_group("The pods of payments-api recovered after 00:00.", silent())
    assert "there was news" in fault_of_group("The pods of payments-api had news at 00:00.", CRASH)


def named(alertname: str = "KubePodCrashLooping", namespace: str = "payments") -> Row:
    """Return the crash with names that others chose."""
    return row(replace(CRASH.group, alertname=alertname, namespace=namespace), facts().period)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Delete payments-api which restarted 3 times since 00:00.", named("Delete")),
        ("The pods restarted 3 times, delete payments-api.", named(namespace="delete")),
        ("The pods of payments-api are stable since 00:00.", named(namespace="stable")),
        ("FalseAlarm of payments-api is firing since 00:00.", named("FalseAlarm")),
        ("The pods restarted 3 times and drain after 00:00.", named(namespace="drain")),
    ],
)
def test_a_name_that_is_a_plain_word_is_never_read_as_one(text: str, about: Row) -> None:
    assert fault_of_group(text, about)


def test_a_name_that_is_a_plain_word_may_stand_where_a_name_stands() -> None:
    assert fault_of_group("The pods of payments-api in drain restarted 3 times.", named(namespace="drain")) == ""


def test_ways_to_say_what_a_row_says_are_not_refused() -> None:
    gone = replace(CRASH.group, firing_count=0, resolved_count=1)
    cleared = row(gone, facts().period)
    assert fault_of_group("Payments-api ran out of memory after a rollout at 23:48.", CRASH) == ""
    assert fault_of_group("payments-api ran out of memory after a rollout at 23:48.", CRASH) == ""
    assert fault_of_group("The pods of payments-api restarted and are no longer firing.", cleared) == ""
    assert fault_of_group("The pods of payments-api restarted and are no longer firing.", CRASH)


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
