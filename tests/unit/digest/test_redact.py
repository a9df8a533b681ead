"""Secrets leave the facts before anything else reads them, and stay apart from each other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.episode import Episode
from digest.redact import FORMS, LONGEST, Redactor, redact
from tests.facts_factory import START, night


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
    ("text", "secret"),
    [
        ("PGPASSWORD=hunter2 psql", "hunter2"),
        ("dbpassword=hunter2", "hunter2"),
        ("spring.datasource.password=hunter2", "hunter2"),
        ("private_key=MIIBVgIB", "MIIBVgIB"),
        ("AccountName=x;AccountKey=abc/def+12==;EndpointSuffix=core", "abc/def+12=="),
        ("redis://:hunter2@cache:6379/0", "hunter2"),
        ("postgres://app:hun/ter@2@db:5432/x", "hun/ter@2"),
        ("https://0123456789abcdef@git.example/x", "0123456789abcdef"),
        ("https://hooks.slack.com/services/T000/B000/XyZxYz", "T000/B000/XyZxYz"),
        ("https://acme.webhook.office.com/webhookb2/aa-bb@cc/IncomingWebhook/dd/ee", "aa-bb@cc"),
        ("npm_" + "a1B2" * 9, "a1B2a1B2"),
        ("hf_" + "aBcD" * 9, "aBcDaBcD"),
        ("sk_live_" + "a1B2" * 6, "a1B2a1B2"),
        ("SG." + "a1B2" * 5 + "." + "c3D4" * 10, "c3D4c3D4"),
        ("hvs." + "a1B2" * 8, "a1B2a1B2"),
        ("dckr_pat_" + "a1B2" * 7, "a1B2a1B2"),
        ("sk-proj-" + "a1B2" * 10, "a1B2a1B2"),
        ("secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY used", "wJalrXUtnFEMI"),
        ("mysql --password hunter2 -h db", "hunter2"),
        ("curl --api-key 'hunter 2, long' x", "hunter 2, long"),
        ("the password is hunter2 now", "hunter2"),
        ('password="two words, one comma" x', "two words, one comma"),
        ("pin secret=abc", "abc"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----", "lQOYBF"),
        ("Cookie: session=af31bd", "af31bd"),
        ('{"api_key": "abcd1234"}', "abcd1234"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
        ("Authorization: ApiKey VnVhQ2ZHY0JDZGJrUW0", "VnVhQ2ZHY0JDZGJrUW0"),
        ("Authorization: Bearer abcdefghijk", "abcdefghijk"),
        ("Cookie: theme=dark; remember=s3cr3tvalue99", "s3cr3tvalue99"),
        ("JSESSIONID=1A530637289A03B07199A44E8D531427", "1A530637289A"),
        ("password=hunter2-AKIAIOSFODNN7EXAMPLE", "hunter2"),
        ("password: no-way-99", "no-way-99"),
        ("password: must.be.Secret9", "Secret9"),
        (r"{\"password\":\"hunter2\"}", "hunter2"),
        ("password%3Dhunter2", "hunter2"),
        ("password=abc,def&12345;x", "def&12345"),
        ('password "hunter2" rejected', "hunter2"),
        ("with password 'hunter2'", "hunter2"),
        ("DB_PASSWORD hunter2", "hunter2"),
        ("Password for bob is hunter2", "hunter2"),
        ("CREATE USER a IDENTIFIED BY 'hunter2'", "hunter2"),
        ("curl -u admin:S3cretPw https://x", "S3cretPw"),
        ("encryption_key=0123456789abcdef", "0123456789abcdef"),
        ("https://x/?key=0123456789abcdef", "0123456789abcdef"),
        ("api key: sk123456", "sk123456"),
        ("sk-proj-abcdefghijklmnop0123456789", "abcdefghijklmnop"),
        ("xapp-1-A111-222-abcdef0123456789", "abcdef0123456789"),
        ("glsa_abcdefghijklmnopqrstuvwxyz012345_abcdef12", "abcdefghijkl"),
        ("whsec_abcdefghijklmnopqrstuvwxyz012345", "abcdefghijkl"),
        ("dapi0123456789abcdef0123456789abcdef", "0123456789abcdef"),
        ("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "AAHdqTcv"),
        ("https://events.pagerduty.com/integration/0123456789abcdef/enqueue", "0123456789abcdef"),
        ("creds=bob:hunter2", "hunter2"),
        ("//bob:hunter2@host/x", "hunter2"),
    ],
)
def test_secrets_as_programs_print_them_are_gone(text: str, secret: str) -> None:
    redacted = Redactor()(text)
    assert secret not in redacted
    assert "-1" in redacted


@pytest.mark.parametrize(
    "text",
    [
        "reg.example/app@sha256:" + "0a1B" * 16,
        "checkout-7d9f8b6c5-x2k4z OOMKilled 3 times",
        "The token bucket is full: 91 % of 10",
        "https://runbooks.example/KubePodCrashLooping?severity=page",
        "/api/v1/namespaces/shop/pods",
        "token: expired since 02:00",
        "auth: failed for user app",
        "the password is wrong for app",
        "secret: not found",
        "Failed to mount secret: db-credentials not found",
        'volume "secret" : secret "api-token" not found',
        "externalsecret: SyncError",
        "password: authentication failed for user bob",
        "Password: expires in 3 days",
        "auth: 401 Unauthorized",
        "token: JWT expired",
        "token=expired",
        "auth=failed",
        "KubernetesTokenReviewLatencyHighInClusterProduction2026",
        "lodash@4.17.21 is too old",
        "max_token=4096",
        "password is older than 90 days",
        "Basic Health-Check failed",
        "basic authentication failed",
        "bearer certificate expired",
        "sk-learn-exporter-7d9f8b6c5-x2k4z",
        "git@github.com:acme/app.git",
        "http://prometheus.monitoring:9090/graph?g0.expr=up",
        "pod/very-long-name-of-a-deployment-in-the-cluster-7d9f8b6c5-x2k4z",
        "commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
        "The volume 'data-0' is full",
        "it's what isn't there",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor()(text) == text


def test_one_secret_is_one_word_wherever_it_stands_and_two_are_two() -> None:
    redactor = Redactor()
    first, second = redactor("password=alpha1"), redactor("password=beta22 pwd=alpha1")
    assert first == "password=token-1"
    assert second == "password=token-2 pwd=token-1"


_PIECES = (
    "password", "PASSWORD", "pa\u017f\u017fword", "Authorization", "token", "secret", "to\u212aen", "api_key",
    "session", "sig", "BEARER", "basic", "identified by", "IDENTIFIED BY", "--token", "--password", "-u",
    "--USER", " is ", "for db", "cookie", "=", "%3D", "%3d", "\\u003d", "\\U003D", ":", ": ", " ", "\t", "\n",
    "/", "//", "@", "@db.example.org", '"', "'", "-", "_", "hooks.slack.com/", "discord.com/api/webhooks/",
    "eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0", "ghp_0123456789abcdefghij", "-----BEGIN PRIVATE KEY-----",
    "hunter2Hunter2", "Zm9vYmFyMTIz", "a1B2", "ops", "\u0130", "key", "&key",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join))
def test_no_form_is_passed_over_that_a_text_has(text: str) -> None:
    assert [form for form in FORMS if form.pattern.search(text) and not form.possible(text.lower())] == []


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


def test_the_value_of_a_label_with_the_name_of_a_secret_is_gone() -> None:
    labels = (("db_password", "hunter2"), ("secret", "payments-tls"))
    group = replace(night(1).groups[0], common_labels=labels)
    assert redact(group).common_labels == (("db_password", "token-1"), ("secret", "payments-tls"))


def test_the_labels_of_episodes_have_no_secret() -> None:
    labels = (("api_key", "hunter2-hunter2"), ("url", "https://bob:hunter2@shop/"))
    base = night(1)
    group = replace(base.groups[0], episodes=(Episode(START, None, "firing", labels),))
    (episode,) = redact(replace(base, groups=(group,))).groups[0].episodes
    assert episode.labels == (("api_key", "token-1"), ("url", "https://token-2@shop/"))


def test_of_a_text_of_a_megabyte_the_beginning_is_kept_without_its_secrets() -> None:
    redacted = Redactor()("password=hunter2 " + "x" * 4000 + " -----BEGIN PRIVATE KEY-----\nabc" + "y" * 1_000_000)
    assert redacted == "password=token-1 " + "x" * (LONGEST - 17) + "…"
    whole = "x" * 4096
    assert Redactor()(whole) == whole
