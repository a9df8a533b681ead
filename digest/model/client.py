"""Ollama over HTTP: what is there, a warm-up, and a streamed chat under one deadline.

No proxy of the environment is asked: nothing may leave the cluster. Everything runs in a thread that nobody waits for
beyond the deadline: while a model loads or reads a prompt nothing arrives, not even headers, and a read timeout of
``requests`` begins anew with every byte. When the process ends the connection does, and Ollama stops at once.

Sources: https://github.com/ollama/ollama/blob/main/docs/api.md; errors: server/routes.go (``handleScheduleError``).
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests

from digest.deadline import within
from digest.model.prompt import Message

_PROBE_SECONDS = 3.0
_PULL_SECONDS = (10, 600)
_NANO = 1e9
KEEP_ALIVE = "10m"


class ModelError(Exception):
    """The model cannot be used or its answer cannot; the message says why in words of ours."""


@dataclass(frozen=True)
class Model:
    """A model that is there."""

    name: str
    server: str
    """The version of Ollama."""
    billions: float
    """Its parameters; 8 where the server does not say."""
    thinks: bool


@dataclass(frozen=True)
class Options:
    """What a model is loaded with: a request with others would load it again."""

    context_tokens: int
    temperature: float
    threads: int
    """0 leaves it to Ollama."""

    def plain(self, most: int) -> dict[str, Any]:
        """Return the options of a request that may write so many tokens."""
        chosen = {"num_ctx": self.context_tokens, "temperature": self.temperature, "seed": 1, "num_predict": most}
        return chosen | ({"num_thread": self.threads} if self.threads else {})


@dataclass
class Reply:
    """What has arrived of an answer."""

    content: str = ""
    fault: str = ""
    """Why it is not whole, in words of ours; empty where it is."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    answer_tokens: int = 0
    prefill_seconds: float = 0.0
    generate_seconds: float = 0.0


@dataclass(frozen=True)
class Ollama:
    """A server; ``left`` gives the seconds until the deadline."""

    session: requests.Session
    url: str
    left: Callable[[], float]

    def find(self, *names: str) -> Model:
        """Return the first of the models that is there; raises ModelError, also for models of a cloud."""
        version = self._json("GET", "/api/version").get("version", "")
        there = {_full(one.get("name", "")): one for one in self._json("GET", "/api/tags").get("models", [])}
        for name in filter(None, names):
            found = there.get(_full(name))
            if found:
                return _model(name, str(version), found)
        wanted = " and ".join(dict.fromkeys(filter(None, names)))
        raise ModelError(f"the model {wanted} is not there (OLLAMA_MODEL); `alertgest-digest pull-models` fetches it")

    def require_answer(self) -> None:
        """Raise ModelError where the server does not answer."""
        self._json("GET", "/api/version")

    def warm_up(self, model: Model, options: Options) -> None:
        """Load the model with the options that the chat will have; raises ModelError."""
        body = {"model": model.name, "messages": [], "stream": False} | _loaded_with(options.plain(1))
        self._json("POST", "/api/chat", body, self.left())

    def chat(
        self, model: Model, messages: tuple[Message, ...], schema: dict[str, Any], options: dict[str, Any]
    ) -> Reply:
        """Return the answer, or what came of it before the deadline or a fault; raises ModelError where nothing did."""
        body: dict[str, Any] = {"model": model.name, "messages": list(messages), "format": schema, "stream": True}
        body |= _loaded_with(options)
        body |= {"think": False} if model.thinks else {}
        reply = Reply()
        try:
            within(self.left(), lambda: self._stream(body, reply))
        except (ModelError, requests.RequestException, OSError, ValueError) as error:  # TimeoutError is an OSError
            reply.fault = str(error) if isinstance(error, ModelError) else _transport(error)
            if not reply.content:
                raise ModelError(reply.fault) from None
        return reply

    def pull(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the progress of fetching a model, which goes on where it was cut off; raises ModelError."""
        try:
            body = {"model": name}
            with self.session.post(f"{self.url}/api/pull", json=body, stream=True, timeout=_PULL_SECONDS) as answer:
                if not answer.ok:
                    raise ModelError(_said(answer))
                yield from _lines(answer)
        except (requests.RequestException, OSError, ValueError) as error:
            raise ModelError(_transport(error)) from None

    def _stream(self, body: dict[str, Any], reply: Reply) -> None:
        with self.session.post(f"{self.url}/api/chat", json=body, stream=True, timeout=max(0.1, self.left())) as answer:
            if not answer.ok:
                raise ModelError(_said(answer))
            for line in _lines(answer):
                reply.content += str((line.get("message") or {}).get("content") or "")
                if line.get("done"):
                    _finish(reply, line)
                    return
        reply.fault = "the connection to Ollama ended"

    def _json(self, method: str, path: str, body: Any = None, seconds: float = _PROBE_SECONDS) -> Any:  # noqa: ANN401
        def work() -> Any:  # noqa: ANN401
            answer = self.session.request(method, self.url + path, json=body, timeout=max(0.1, seconds))
            if not answer.ok:
                raise ModelError(_said(answer))
            found = answer.json()
            if not isinstance(found, dict):
                raise ModelError("Ollama's answer cannot be read")
            return found

        try:
            return within(min(seconds, max(0.0, self.left())), work)
        except TimeoutError:
            raise ModelError("Ollama did not answer in time (OLLAMA_BASE_URL)") from None
        except (requests.RequestException, OSError, ValueError) as error:
            raise ModelError(_transport(error)) from None


def new_session(ca_file: str = "") -> requests.Session:
    """Return a session that takes nothing from the environment; the file's certificates vouch for the server."""
    session = requests.Session()
    session.trust_env = False
    session.verify = ca_file or True
    return session


def _loaded_with(options: dict[str, Any]) -> dict[str, Any]:
    """Return what a warm-up and a chat must have in common, or the model is loaded twice."""
    return {"options": options, "keep_alive": KEEP_ALIVE, "truncate": False, "shift": False}


def _model(name: str, server: str, found: dict[str, Any]) -> Model:
    if found.get("remote_model") or found.get("remote_host"):
        raise ModelError(f"the model {name} runs in a cloud, and nothing may leave the cluster (OLLAMA_MODEL)")
    size = str((found.get("details") or {}).get("parameter_size") or "8B")
    factor = {"B": 1.0, "M": 1e-3, "K": 1e-6}.get(size[-1:].upper(), 1.0)
    try:
        billions = float(size.rstrip("BMKbmk")) * factor
    except ValueError:
        billions = 8.0
    return Model(name, server, billions, "thinking" in (found.get("capabilities") or []))


def _full(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _lines(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """Yield the objects of a stream; an error in its midst is raised, since its status was 200."""
    for raw in answer.iter_lines():
        if raw:
            line = json.loads(raw)
            if not isinstance(line, dict):
                raise ModelError("Ollama's answer cannot be read")
            if line.get("error"):
                raise ModelError(_reason(500, str(line["error"])))
            yield line


def _finish(reply: Reply, line: dict[str, Any]) -> None:
    def number(name: str) -> float:
        value = line.get(name)
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0

    reply.fault = "it became too long" if line.get("done_reason") == "length" else ""
    reply.prompt_tokens, reply.answer_tokens = int(number("prompt_eval_count")), int(number("eval_count"))
    reply.cached_tokens = int(number("prompt_eval_cached_count"))
    reply.prefill_seconds = number("prompt_eval_duration") / _NANO
    reply.generate_seconds = number("eval_duration") / _NANO


def _said(answer: requests.Response) -> str:
    try:
        told = answer.json().get("error", "")
    except (ValueError, AttributeError):
        told = ""
    return _reason(answer.status_code, str(told))


def _reason(status: int, told: str) -> str:
    """Return why in words of ours: what a server says may hold what it was asked."""
    lower = told.lower()
    known = (
        ("exceed_context_size" in lower or "context length" in lower, "the prompt is too long for the model's context"),
        ("not found" in lower or status == 404, "the model is not there (OLLAMA_MODEL)"),  # noqa: PLR2004
        ("memory" in lower, "Ollama has too little memory for the model"),
        ("stopped" in lower or "terminated" in lower, "the model's process ended"),
        ("no such host" in lower or "dial tcp" in lower, "the registry of models cannot be reached"),
        ("manifest" in lower or "file does not exist" in lower, "the registry has no model of that name"),
        (status == 503, "Ollama is busy"),  # noqa: PLR2004
    )
    return next((words for holds, words in known if holds), f"Ollama failed ({status})")


def _transport(error: Exception) -> str:
    if isinstance(error, requests.Timeout | TimeoutError):
        return "the model did not answer in time (OLLAMA_TIMEOUT_SECONDS)"
    if isinstance(error, requests.exceptions.SSLError):
        return "Ollama's certificate is not trusted (OLLAMA_CA_FILE)"
    if isinstance(error, ValueError):  # JSON that is none; requests has one of its own
        return "Ollama's answer cannot be read"
    return "Ollama cannot be reached (OLLAMA_BASE_URL)"
