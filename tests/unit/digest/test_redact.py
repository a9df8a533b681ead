"""Secrets leave the facts before anything else reads them, and stay apart from each other."""

from dataclasses import replace

import pytest

from digest.redact import Redactor, redact
from tests.facts_factory import night


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("password=hunter2 for db", "password=token-1 for db"),
        ("Authorization: Bearer abc.def-123456", "Authorization: token-1"),
        ("token: 'tok-9876', again tok-9876", "token: 'token-1', again tok-9876"),
        ("postgres://app:s3cret@db:5432/x", "postgres://token-1@db:5432/x"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig_part-9 seen", "jwt token-1 seen"),
        ("key AKIAIOSFODNN7EXAMPLE leaked", "key token-1 leaked"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ", "token-1"),
        ("mail ops@example.com now", "mail email-1 now"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "key-1"),
        ("https://x/hook?sig=AbCdEf123456&api-version=1", "https://x/hook?sig=token-1&api-version=1"),
    ],
)
def test_secrets_become_words(text: str, left: str) -> None:
    redacted = Redactor()(text)
    assert redacted == left or left.split("token-1", maxsplit=1)[0] in redacted
    for secret in ("hunter2", "s3cret", "AKIA", "ghp_", "ops@", "sig_part", "AbCdEf", "abc.def"):
        assert secret not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "reg.example/app@sha256:" + "0a1B" * 16,
        "checkout-7d9f8b6c5-x2k4z OOMKilled 3 times",
        "The token bucket is full: 91 % of 10",
        "https://runbooks.example/KubePodCrashLooping?severity=page",
        "/api/v1/namespaces/shop/pods",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor()(text) == text


def test_one_secret_is_one_word_wherever_it_stands_and_two_are_two() -> None:
    redactor = Redactor()
    first, second = redactor("password=alpha1"), redactor("password=beta22 pwd=alpha1")
    assert first == "password=token-1"
    assert second == "password=token-2 pwd=token-1"


def test_every_text_of_the_facts_is_reached() -> None:
    facts = night(2)
    groups = tuple(
        replace(
            group,
            summary="password=hunter2",
            common_labels=(("note", "secret=hunter2"),),
            runbook_url="https://u:hunter2@x/",
        )
        for group in facts.groups
    )
    assert "hunter2" not in repr(redact(replace(facts, groups=groups, cluster="pwd=hunter2")))
