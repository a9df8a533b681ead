"""Beside what a model said stand the facts of its row, and those that it speaks of are told apart."""

from dataclasses import replace

from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.report.evidence import claims
from digest.report.model import Claim
from tests.facts_factory import night
from tests.model_night import TRUE, facts


def claims_of(*texts: GroupText, links: tuple[LinkText, ...] = ()) -> tuple[Claim, ...]:
    return claims(replace(facts(), phrasing=Phrasing("a-model", texts, links)))


def used(claim: Claim) -> dict[str, str]:
    return {proof.name: proof.value for proof in claim.proofs if proof.used}


def test_without_a_model_there_is_nothing_to_prove() -> None:
    assert claims(night(3)) == ()
    assert claims_of(GroupText("g1", "", "")) == ()


def test_a_sentence_stands_beside_the_facts_that_it_speaks_of() -> None:
    # It says that the payments-api pods in payments restarted after a rollout at 23:48, and still fire.
    (claim,) = claims_of(GroupText("g1", TRUE, ""))
    assert (claim.id, claim.said) == ("evidence-g1", f"✎ {TRUE}")
    assert used(claim) == {
        "State": "still firing",
        "Namespace": "payments",
        "About": "Deployment payments-api",
        "Changed before": "rollout reg/api:v1.2.3 to reg/api:v1.2.4 at 23:48, 12 min before",
    }
    others = [proof.name for proof in claim.proofs if not proof.used]
    assert others == ["Alert", "First fired", "Last seen", "Fired for", "Times", "Alerts", "Worst seen"]


def test_numbers_count_only_with_what_they_count() -> None:
    # 3 is how often containers ended, not how often it fired; it fired twice, for an hour in all.
    sentence = "The alert CertificateExpiringSoon fired twice for 1 h in all, with 3 of others."
    (claim,) = claims_of(GroupText("g3", sentence, ""))
    assert {*used(claim)} == {"Alert", "Times", "Fired for"}


def test_an_advice_stands_beside_the_facts_too() -> None:
    (claim,) = claims_of(GroupText("g2", "", "check_node"))
    assert claim.said == "✎ look at its node: conditions, pressure, the kubelet"
    assert ("About", "Node worker-3") in [(proof.name, proof.value) for proof in claim.proofs]


def test_a_link_stands_beside_what_is_shared_and_the_times() -> None:
    link = LinkText(("g1", "g3"), "same_namespace", "payments", 6, "")
    (claim,) = claims_of(links=(link, replace(link, groups=("g1", "gone"))))
    assert claim.about == "KubePodCrashLooping, CertificateExpiringSoon"
    assert [(proof.name, proof.value) for proof in claim.proofs] == [
        ("Same namespace", "payments"),
        ("Minutes between", "6"),
        ("First fired: KubePodCrashLooping", "00:00"),
        ("First fired: CertificateExpiringSoon", "00:06"),
    ]
