"""Who may post, and as which source."""

import base64

import pytest

from ingest.auth import source_of

TOKENS = (("eu", "secret-eu"), ("us", "secret-us"))


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(user.encode()).decode()


def test_without_tokens_and_users_everybody_may_post() -> None:
    assert source_of("", (), "") == "default"
    assert source_of("Bearer anything", (), "") == "default"


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("Bearer secret-eu", "eu"),
        ("bearer  secret-us ", "us"),
        ("Bearer secret", None),
        ("Bearer ", None),
        ("secret-eu", None),
        ("", None),
        ("Bearer sécret", None),
        ("Digest secret-eu", None),
    ],
)
def test_a_token_names_its_source(header: str, source: str | None) -> None:
    assert source_of(header, TOKENS, "") == source


@pytest.mark.parametrize(
    ("header", "source"),
    [(basic("am:s3"), "default"), (basic("am:s4"), None), ("Basic !!", None), ("Basic ", None)],
)
def test_a_user_posts_as_the_default_source(header: str, source: str | None) -> None:
    assert source_of(header, (), "am:s3") == source


def test_an_empty_basic_credential_never_opens_a_receiver_that_has_only_tokens() -> None:
    assert source_of("Basic ", TOKENS, "") is None
