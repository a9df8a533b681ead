"""From facts to what a model wrote of them and the verifier passed; never raises for what a model does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import requests

from digest.facts import Facts
from digest.model.actions import founded
from digest.model.answer import Said, read_answer
from digest.model.budget import TOKENS_OF_A_GROUP, Limits, Speed, expected
from digest.model.client import Model, ModelError, Ollama, Options, Reply
from digest.model.judge import accepted, judged, link_key
from digest.model.links import candidate_links
from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.model.prompt import Prompt, largest_prompt, retry
from digest.model.record import Record
from digest.model.settings import ModelSettings

_LEAST_COLD_TOKENS = 200
"""Of a prompt that was read anew, before its speed counts as measured."""
_LEAST_ANSWER_TOKENS = 20
"""Of an answer, likewise."""
_LEAST_SECONDS = 3.0
_MOST_CHARACTERS_OF_A_TOKEN = 6


@dataclass(frozen=True)
class Phrased:
    """A model's part of a digest, and what is kept of it."""

    phrasing: Phrasing
    record: Record


@dataclass(frozen=True)
class Asking:
    """What asking a model needs."""

    settings: ModelSettings
    session: requests.Session
    monotonic: Callable[[], float]
    measured: Callable[[Model], Sequence[Speed]]
    """The speeds of earlier runs of a model."""


@dataclass
class _Work:
    """How far one digest has come."""

    facts: Facts
    asking: Asking
    ollama: Ollama
    started: float
    model: Model | None = None
    prompt: Prompt | None = None
    replies: list[Reply] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def phrase(facts: Facts, asking: Asking) -> Phrased | None:
    """Return what a model makes of the facts within its time; None where none is asked or nothing is to be told."""
    settings = asking.settings
    if not settings.base_url or not facts.groups:
        return None
    started = asking.monotonic()
    end = started + settings.timeout_seconds
    work = _Work(facts, asking, Ollama(asking.session, settings.base_url, lambda: end - asking.monotonic()), started)
    try:
        phrasing = _phrased(work)
    except ModelError as error:
        phrasing = Phrasing("", reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a server sends, the digest goes out
        phrasing = Phrasing("", reason=f"the model's part failed ({type(error).__name__})")
    return Phrased(phrasing, _record(work))


def _phrased(work: _Work) -> Phrasing:
    settings, ollama = work.asking.settings, work.ollama
    work.model = ollama.find(settings.model, settings.fallback)
    options = Options(settings.context_tokens, settings.temperature, settings.threads)
    ollama.warm_up(work.model, options)
    speed = expected(work.asking.measured(work.model), work.model.billions)
    limits = Limits(speed, ollama.left(), settings.context_tokens)
    prompt = work.prompt = largest_prompt(work.facts, candidate_links(work.facts), limits)
    if prompt is None:
        raise ModelError("the model's context is too small for one group (OLLAMA_MAX_TOKENS)")
    said = _asked(work, prompt, options)
    faults = judged(prompt, said)
    work.rejected += _lines(faults)
    wanted = _affordable(faults, work.replies[0], ollama.left())
    if wanted:
        said, faults = _again(work, prompt, options, said, wanted)
    return _result(work, prompt, said, faults)


def _asked(work: _Work, prompt: Prompt, options: Options) -> dict[str, Said]:
    if work.model is None:  # pragma: no cover
        raise AssertionError("a model was found before it is asked")
    reply = work.ollama.chat(work.model, prompt.messages, prompt.schema, options.plain(prompt.answer_tokens * 2))
    work.replies.append(reply)
    _notice_truncation(reply, prompt)
    return read_answer(reply.content)


def _again(
    work: _Work, prompt: Prompt, options: Options, said: dict[str, Said], faults: dict[str, str]
) -> tuple[dict[str, Said], dict[str, str]]:
    """Ask once more for sentences that failed; what still fails, or does not come, stays rejected."""
    try:
        more = _asked(work, retry(prompt, work.replies[0].content, faults), options)
    except ModelError:
        return said, judged(prompt, said)
    merged = said | {key: value for key, value in more.items() if key in faults}
    return merged, judged(prompt, merged)


def _affordable(faults: Mapping[str, str], reply: Reply, left: float) -> dict[str, str]:
    """Return the faults, the first ones first, that can be asked for again in the seconds that are left."""
    speed = reply.answer_tokens / reply.generate_seconds if reply.generate_seconds else 0.0
    most = int((left - _LEAST_SECONDS) * speed / TOKENS_OF_A_GROUP) if speed else len(faults)
    return dict(sorted(faults.items())[: max(0, most)]) if left > _LEAST_SECONDS else {}


def _lines(faults: Mapping[str, str]) -> list[str]:
    return [f"{key}: {fault}" for key, fault in sorted(faults.items())]


def _result(work: _Work, prompt: Prompt, said: Mapping[str, Said], faults: Mapping[str, str]) -> Phrasing:
    groups = [
        GroupText(row.group.id, "" if row.key in faults else one.text, one.code if founded(one.code, row) else "")
        for row in prompt.rows
        if (one := said.get(row.key))
    ]
    links = [
        LinkText(link.groups, link.kind, link.subject, link.minutes, "" if link_key(number) in faults else one.text)
        for number, link in enumerate(prompt.links, 1)
        if (one := accepted(link_key(number), said))
    ]
    work.rejected += _lines(faults)
    written = any(group.why or group.action for group in groups) or bool(links)
    name = work.model.name if work.model else ""
    cut = work.replies[0].fault if work.replies else ""
    reason = cut if written else cut or "nothing that the model wrote could be used"
    return Phrasing(name if written else "", tuple(groups), tuple(links), _left_out(work), len(faults), reason)


def _left_out(work: _Work) -> int:
    return len(work.facts.groups) - len(work.prompt.rows) if work.prompt else 0


def _notice_truncation(reply: Reply, prompt: Prompt) -> None:
    """Refuse an answer to a prompt that an old server cut in silence: it then counts far fewer tokens than were sent.

    Source: https://github.com/ollama/ollama/issues/3839
    """
    fewest = len(prompt.text) // _MOST_CHARACTERS_OF_A_TOKEN
    if 0 < reply.prompt_tokens < fewest:
        raise ModelError("Ollama cut the prompt (OLLAMA_MAX_TOKENS); an Ollama from 0.12.4 on would say so")


def _record(work: _Work) -> Record:
    if work.model is None:
        return Record(seconds=work.asking.monotonic() - work.started)
    return Record(
        work.model.name,
        work.model.name != work.asking.settings.model,
        work.prompt.text if work.prompt else "",
        "\n".join(reply.content for reply in work.replies),
        sum(reply.prompt_tokens for reply in work.replies),
        sum(reply.answer_tokens for reply in work.replies),
        work.asking.monotonic() - work.started,
        tuple(dict.fromkeys(work.rejected)),
        _speed(work),
        work.model.server,
        _left_out(work),
    )


def _speed(work: _Work) -> Speed | None:
    """Return what the first call measured; what the server had read before says nothing about its speed."""
    if work.prompt is None or not work.replies:
        return None
    reply = work.replies[0]
    cold = reply.prompt_tokens - reply.cached_tokens
    if cold < _LEAST_COLD_TOKENS or reply.answer_tokens < _LEAST_ANSWER_TOKENS:
        return None
    if reply.prefill_seconds <= 0 or reply.generate_seconds <= 0:
        return None
    return Speed(
        cold / reply.prefill_seconds,
        reply.answer_tokens / reply.generate_seconds,
        len(work.prompt.text) / reply.prompt_tokens,
    )
