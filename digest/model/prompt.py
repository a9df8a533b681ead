"""The prompt: static text first, data next, the task last; and the schema of the answer. Pure.

A server keeps what it read of an equal beginning, so nothing that changes from run to run stands before the data. Some
servers write keys in the order of the schema and others in that of the alphabet: here both are one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from digest.facts import Facts
from digest.model.actions import ACTIONS
from digest.model.budget import Limits, answer_tokens, fits, has_room
from digest.model.links import Link
from digest.model.rows import COLUMNS, Row, link_cells, rows
from digest.model.untrusted import MARK
from digest.wording import clock, span

_LONGEST_SENTENCE = 220
HOLDS = ("no", "possible")
Message = dict[str, str]


@dataclass(frozen=True)
class Prompt:
    """What is sent, and what it is about."""

    messages: tuple[Message, ...]
    schema: dict[str, Any]
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    answer_tokens: int

    @property
    def text(self) -> str:
        """Everything that the model reads."""
        return "\n".join(message["content"] for message in self.messages)


def build_prompt(facts: Facts, some: Sequence[Row], links: Sequence[Link]) -> Prompt:
    """Return the prompt for these rows; links to groups that are not among them are left out."""
    shown = {row.group.id for row in some}
    kept = tuple(link for link in links if shown.issuperset(link.groups))
    told = [link_cells(number, link) for number, link in enumerate(kept, 1)]
    keys = [*(row.key for row in some), *(cells[0] for cells in told)]
    data = _template("data").render(
        period=span(facts.period),
        now=clock(facts.period.cut_off, facts.period),
        columns=COLUMNS,
        rows=[(*row.cells, row.said) for row in some],
        links=told,
    )
    messages = (
        {"role": "system", "content": _template("system").render(mark=MARK, actions=ACTIONS)},
        {"role": "user", "content": data + _template("task").render(keys=sorted(keys))},
    )
    return Prompt(messages, schema(keys), tuple(some), kept, answer_tokens(len(some), len(kept)))


def largest_prompt(facts: Facts, links: Sequence[Link], limits: Limits) -> Prompt | None:
    """Return the prompt with the most rows, the most important first, that there is time for.

    One row is always asked for, also where the speed to expect leaves no time: it may be a guess or an outlier, only an
    answer measures the model, and the deadline holds anyway. None where the context cannot hold even that.
    """
    every = rows(facts)
    least = build_prompt(facts, every[:1], links)
    low, high, best = 2, len(every), least if has_room(least.text, least.answer_tokens, limits) else None
    while low <= high:
        middle = (low + high) // 2
        prompt = build_prompt(facts, every[:middle], links)
        if fits(prompt.text, prompt.answer_tokens, limits):
            low, best = middle + 1, prompt
        else:
            high = middle - 1
    return best


def retry(prompt: Prompt, answer: str, faults: Mapping[str, str]) -> Prompt:
    """Return the prompt that names the faults of an answer; it begins as the first one, which the server keeps."""
    again = _template("retry").render(faults=dict(sorted(faults.items())))
    messages = (*prompt.messages, {"role": "assistant", "content": answer}, {"role": "user", "content": again})
    links = sum(key.startswith("L") for key in faults)
    tokens = answer_tokens(len(faults) - links, links)
    return Prompt(messages, schema(faults), prompt.rows, prompt.links, tokens)


def schema(keys: Sequence[str] | Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON schema of an answer with these keys, in the order of the alphabet."""
    return {
        "type": "object",
        "properties": {key: _LINK if key.startswith("L") else _GROUP for key in sorted(keys)},
        "required": sorted(keys),
    }


_GROUP = {
    "type": "object",
    "properties": {
        "seen": {"type": "string", "minLength": 20, "maxLength": _LONGEST_SENTENCE},
        "then": {"type": "string", "enum": sorted(ACTIONS)},
    },
    "required": ["seen", "then"],
}
_LINK = {
    "type": "object",
    "properties": {
        "holds": {"type": "string", "enum": list(HOLDS)},
        "text": {"type": "string", "maxLength": _LONGEST_SENTENCE},
    },
    "required": ["holds", "text"],
}


@cache
def _template(name: str) -> Any:  # noqa: ANN401
    loader = PackageLoader("digest", "templates/prompt")
    environment = Environment(loader=loader, undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701
    return environment.get_template(f"{name}.j2")
