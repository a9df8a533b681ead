"""Fetch models into Ollama, with a bar in a terminal and a line now and then in a log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TextIO

_BAR = 30
_SECONDS_BETWEEN_LINES = 5.0
_STEP_PERCENT = 10
"""A line is told at least for each so many percent."""


@dataclass(frozen=True)
class Screen:
    """Where progress is told: a stream, whether a person looks at it, and a clock in seconds."""

    stream: TextIO
    terminal: bool
    monotonic: Callable[[], float]


def tell_progress(name: str, steps: Iterable[dict[str, Any]], screen: Screen) -> None:
    """Tell how far the fetching of a model has come, by the bytes of its current layer."""
    told, last = -_SECONDS_BETWEEN_LINES, ("", 0)
    for step in steps:
        now, reached = screen.monotonic(), (str(step.get("status", "")), _percent(step) // _STEP_PERCENT)
        if screen.terminal or reached != last or now - told >= _SECONDS_BETWEEN_LINES:
            _write(name, step, screen)
            told, last = now, reached
    screen.stream.write("\n" if screen.terminal else f"{name}: done\n")


def _percent(step: dict[str, Any]) -> int:
    total = step.get("total")
    return int(step.get("completed") or 0) * 100 // total if total else 0


def _write(name: str, step: dict[str, Any], screen: Screen) -> None:
    total, done = step.get("total"), step.get("completed") or 0
    words = str(step.get("status", ""))
    if total and screen.terminal:
        filled = _BAR * done // total
        words = f"[{'#' * filled}{'.' * (_BAR - filled)}] {_percent(step):3} %"
    elif total:
        words = f"{words}: {_percent(step)} % of {total / 1e9:.1f} GB"
    screen.stream.write(f"\r{name}: {words:<60}" if screen.terminal else f"{name}: {words}\n")
    screen.stream.flush()
