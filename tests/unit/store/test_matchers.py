"""Matchers mean what they mean in Alertmanager."""

import pytest

from store.matchers import any_matches, label_names, parse_matchers


@pytest.mark.parametrize(
    ("text", "labels", "met"),
    [
        ('alertname="Foo"', {"alertname": "Foo"}, True),
        ("alertname=Foo", {"alertname": "Foobar"}, False),
        ('alertname!="Foo"', {}, True),
        ('namespace=~"dev-.*"', {"namespace": "dev-1"}, True),
        ('namespace=~"dev"', {"namespace": "dev-1"}, False),
        ('namespace!~"dev-.*"', {"namespace": "prod"}, True),
        ('namespace=""', {}, True),
        ('a="x",b="y"', {"a": "x"}, False),
        ('a="x",b="y"', {"a": "x", "b": "y"}, True),
        ('a="x";b="y"', {"b": "y"}, True),
        ('a="say \\"hi\\", you;"', {"a": 'say "hi", you;'}, True),
        ("", {"a": "x"}, False),
        (" ; ", {"a": "x"}, False),
    ],
)
def test_an_alert_matches_where_all_matchers_of_a_set_do(text: str, labels: dict[str, str], met: bool) -> None:
    assert any_matches(parse_matchers(text.strip(" ;")), labels) is met


@pytest.mark.parametrize("text", ["alertname", "=x", 'a="x" b="y"', 'a="x', 'a=~"("'])
def test_what_is_no_matcher_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be matchers|must part|regular expression"):
        parse_matchers(text)


def test_the_labels_asked_for_are_named_once() -> None:
    assert label_names(parse_matchers('b="x",a="y";a!="z"')) == ["a", "b"]
