"""Whatever text others put into a night, it is only read: on the card, in a terminal, on the page."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.card import check_card, render_card
from digest.cluster.context import Moment
from digest.episode import Episode
from digest.facts import Facts, Group
from digest.health.model import Span
from digest.html import render_html
from digest.links import link
from digest.printing import Format, conversation, rendered
from digest.text import render_text
from tests.card_nodes import nodes
from tests.facts_factory import END, START, night

MARK = "zQx"
"""Stands in each text of others, and nowhere else."""
ATTACKS = (
    "[click](https://evil.example)", "![x](https://evil.example/x.png)", "<at>everyone</at>", "**bold** _it_ `code`",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></tr>", "{{ 7*7 }}", "{% raw %}", "${7*7}",
    "\x1b[2J\x1b]0;title\x07", "\x9b31m", "\x00", "\u202egpj", "\u2066a\u2069", "\u200b", "\r\n- item", "\u2028",
    "\ud800", "'; DROP TABLE alerts; --", "&lt;b&gt;", "https://evil.example", "javascript:alert(1)", "# head",
    "| a | b |", "\ufeff",
)  # fmt: skip
texts = st.lists(st.sampled_from(ATTACKS) | st.text(st.characters(exclude_categories=()), max_size=12), max_size=4)
untrusted = texts.map(lambda parts: MARK.join(["", *parts, ""]))


def loaded(*words: str) -> Facts:
    """Return a night with the texts wherever others can write in a group, a pattern and a severity.

    Addresses are what ``link`` leaves of them, as where facts are made.
    """
    base = night(6)
    return replace(
        base,
        groups=tuple(_loaded(group, words[n % len(words)]) for n, group in enumerate(base.groups)),
        patterns=tuple(replace(one, subject=words[0]) for one in base.patterns),
        severities=tuple(replace(one, severity=words[0]) for one in base.severities),
        timeline=(Moment(START, "rollout", words[0], words[0], words[0], 1),),
    )


def _loaded(group: Group, word: str) -> Group:
    return replace(
        group,
        alertname=word,
        severity=word,
        namespace=word,
        owner=word,
        summary=word,
        cluster=word,
        source=word,
        runbook_url=link(f"https://x/{word}"),
        generator_url=link(word),
        common_labels=(("note", word),),
        fired=(Span(START, END),),
        episodes=(Episode(START, None, "firing", ((word, word),)),),
        resources=tuple(
            replace(kind, top=tuple(replace(one, name=word) for one in kind.top)) for kind in group.resources
        ),
    )


@settings(max_examples=60)
@given(st.lists(untrusted, min_size=1, max_size=3))
def test_on_the_card_it_is_a_run_without_markdown_mention_link_or_control(words: list[str]) -> None:
    card = render_card(loaded(*words), digest_id="d", possible_repeat=False).card
    assert check_card(card) == []
    for node in nodes(card):
        if node.get("type") != "TextRun":
            interpreted = [value for key, value in node.items() if isinstance(value, str) and key != "url"]
            assert not any(MARK in value for value in interpreted), node
        assert node.get("type") not in {"mention", "Image", "Action.Submit", "Action.Execute"}
    assert "entities" not in card["msteams"]
    assert [char for text in strings(card) for char in text if is_control(char)] == []
    assert all(url.startswith(("https://", "http://")) for url in urls(card))


@settings(max_examples=60)
@given(st.lists(untrusted, min_size=1, max_size=3))
def test_in_a_terminal_nothing_is_obeyed(words: list[str]) -> None:
    facts = loaded(*words)
    assert [char for char in render_text(facts) if is_control(char)] == []
    for form in (Format.FACTS, Format.CARD):
        printed = rendered(facts, form, lambda: render_card(facts, digest_id="d", possible_repeat=False).card)
        assert [char for char in printed if is_control(char)] == []
        json.loads(printed)
    assert [char for char in conversation(words[0], words[-1]) if is_control(char)] == []


@settings(max_examples=60)
@given(st.lists(untrusted, min_size=1, max_size=3))
def test_on_the_page_it_is_text(words: list[str]) -> None:
    page, plain = render_html(loaded(*words)), render_html(loaded(MARK))
    assert tags(page) <= tags(plain)
    assert "<script" not in page
    links = re.findall(r"""<[^>]*\s(?:href|src)\s*=\s*["']?([^"'>]*)""", page)
    assert [one for one in links if not one.startswith(("https://", "http://", "#"))] == []
    assert [char for char in page if is_control(char)] == []


def tags(page: str) -> set[str]:
    return set(re.findall(r"<[/!a-zA-Z][^>\s]*", page))


def is_control(char: str) -> bool:
    """Say whether a terminal or a viewer could obey a character: controls, marks of direction, lone surrogates."""
    direction = unicodedata.bidirectional(char) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    return direction or (char != "\n" and unicodedata.category(char) in {"Cc", "Cs"})


def strings(value: object) -> Iterator[str]:
    for node in nodes(value):
        yield from (text for text in node.values() if isinstance(text, str))


def urls(value: object) -> Iterator[str]:
    return (node["url"] for node in nodes(value) if "url" in node)
