"""Who may post, and as which source."""

import ast
import base64
import inspect
import time

import pytest

from ingest import auth
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


def test_credentials_are_compared_in_constant_time_alone() -> None:
    comparisons = [node for node in ast.walk(ast.parse(inspect.getsource(auth))) if isinstance(node, ast.Compare)]
    operands = {ast.unparse(one) for node in comparisons for one in (node.left, *node.comparators)}
    assert operands == {"scheme.lower()", "'bearer'", "'basic'"}


def test_a_token_wrong_at_its_first_character_takes_as_long_as_one_wrong_at_its_last() -> None:
    right = "a" * 500_000  # long, so that a comparison which ends early were a hundred times faster
    wrong = {"first": f"b{right[1:]}", "last": f"{right[1:]}b", "both": "b" * len(right)}
    took: dict[str, list[float]] = {which: [] for which in wrong}
    for _ in range(15):
        for which, token in wrong.items():
            began = time.perf_counter()
            assert source_of(f"Bearer {token}", (("eu", right), ("us", right)), "") is None
            took[which].append(time.perf_counter() - began)
    best = [min(times) for times in took.values()]  # the least is what the machine's other work adds nothing to
    assert max(best) < 3 * min(best)
