"""A stand-in for Ollama over real HTTP: it plays recorded answers of a real server, or says what a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.serving import FREE, Address, answer, serving

RECORDINGS = Path(__file__).parent / "recordings" / "ollama"
MODEL = "qwen2.5-coder:0.5b"
Body = dict[str, Any]
Say = Callable[[Body], str]


@dataclass
class Ollama:
    """What it serves, what fails, and what it was asked."""

    url: str = ""
    say: Say = lambda _: "{}"
    """Makes the content of a chat's answer from its request."""
    fault: str = ""
    """``hang``, ``drip``, ``no done``, ``length``, ``mid-stream``, ``cut``, ``truncated``, ``garbage``,
    ``no figures``, or a file."""
    status: int = 200
    generate_seconds: float = 1.0
    """How long it says that writing took."""
    tags: Body = field(default_factory=lambda: json.loads((RECORDINGS / "tags.json").read_text()))
    pull: str = "pull_no_network.ndjson"
    """The file that answers a pull."""
    asked: list[tuple[str, Body]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def chats(self) -> list[Body]:
        """Return the chats that had messages, in order."""
        return [body for path, body in self.asked if path == "/api/chat" and body["messages"]]


class _Handler(BaseHTTPRequestHandler):
    state: Ollama
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.state.asked.append((self.path, {}))
        if self.state.fault == "hang":
            self.state.stop.wait(60)
        answers = {"/api/version": (RECORDINGS / "version.json").read_text(), "/api/tags": json.dumps(self.state.tags)}
        self._send(200, answers.get(self.path, "{}"))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.state.asked.append((self.path, body))
        if self.path == "/api/pull":
            self._send(200, (RECORDINGS / (self.state.fault or self.state.pull)).read_text())
        elif not body["messages"]:
            self._send(200, (RECORDINGS / "chat_preload.json").read_text())
        elif self.state.fault.endswith(".json"):
            self._send(self.state.status, (RECORDINGS / self.state.fault).read_text())
        elif self.state.fault.endswith(".ndjson"):
            self._send(200, (RECORDINGS / self.state.fault).read_text())
        elif self.state.status != 200:
            self._send(self.state.status, json.dumps({"error": "server busy, please try again. secret prompt"}))
        else:
            self._stream(self.state.say(body), len(json.dumps(body["messages"])))

    def _stream(self, content: str, characters: int) -> None:
        """Answer piece by piece, as a real server does, with the faults that only a stream can have."""
        fault = self.state.fault
        if fault == "hang late":
            self.state.stop.wait(60)
        self.close_connection = True
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        pieces = [content[start : start + 20] for start in range(0, len(content), 20)]
        shown = pieces[: len(pieces) // 2] if fault in {"cut", "drip", "mid-stream", "length", "drop"} else pieces
        for piece in shown:
            self._line({"message": {"role": "assistant", "content": piece}, "done": False})
        if fault == "drip":
            while not self.state.stop.wait(0.2):
                self._line({"message": {"content": " "}, "done": False})
        if fault == "mid-stream":
            self._line({"error": "llama-server reported out-of-memory"})
        elif fault == "garbage":
            self.wfile.write(b"<html>\n")
        elif fault not in {"no done", "cut", "drop"}:
            reason = "length" if fault == "length" else "stop"
            tokens = 50 if fault == "truncated" else characters // 3
            figures: dict[str, float] = {
                "prompt_eval_count": tokens,
                "prompt_eval_duration": 10**9,
                "eval_count": len(pieces) * 5,
            }
            spent = int(self.state.generate_seconds * 1e9)
            if fault == "no figures":
                figures = {name: float("nan") for name in figures}
            self._line(
                {"message": {"content": ""}, "done": True, "done_reason": reason, "eval_duration": spent} | figures
            )

    def _line(self, value: Body) -> None:
        self.wfile.write(json.dumps({"model": MODEL} | value).encode() + b"\n")
        self.wfile.flush()

    def _send(self, status: int, text: str) -> None:
        answer(self, status, text.encode())

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def ollama(say: Say = lambda _: "{}", certificate: Path | None = None, at: Address = FREE) -> Iterator[Ollama]:
    """Run one, by default on a free port, until the block ends; behind https with a certificate, which has its key."""
    state = Ollama(say=say)
    with serving(type("Handler", (_Handler,), {"state": state}), certificate, at) as state.url:
        try:
            yield state
        finally:
            state.stop.set()
