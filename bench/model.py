"""What a model adds to thirty seeded nights of known truth, scored without a judge: ``make eval``.

Without arguments the small real models of the tests are built and run; ``OLLAMA_BASE_URL`` and ``OLLAMA_MODEL`` measure
another one. ``ALERTGEST_EVAL_NIGHTS`` makes it shorter.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.nights import Night, nights
from demo.postgres import free_port
from digest.briefing import build_briefing
from digest.model.budget import Speed
from digest.model.client import new_session
from digest.model.grammar import tokens
from digest.model.phrase import Asking, Phrased, phrase
from digest.model.rows import row
from digest.model.settings import ModelSettings
from tools import ollama

_CAUSES = re.compile(
    r"\b(because|caus\w+|due to|led to|leads? to|result\w*|trigger\w*|root cause|owing|responsible)\b", re.IGNORECASE
)
_NIGHTS = int(os.environ.get("ALERTGEST_EVAL_NIGHTS", "30"))
_HEAD = (
    "model  nights  criticals told  noise on top  sentences  foreign tokens  causes  ungrounded  "
    "links found  invented  rejected  tokens  s/night"
)


@dataclass
class Score:
    """Sums over nights."""

    nights: int = 0
    criticals: int = 0
    told: int = 0
    groups: int = 0
    sentences: int = 0
    foreign: int = 0
    causes: int = 0
    true: int = 0
    found: int = 0
    invented: int = 0
    noise: int = 0
    """Noisy groups that the card puts where it says what needs you now."""
    ungrounded: int = 0
    """Links and advice of a change for groups of which nothing says why."""
    rejected: int = 0
    tokens: int = 0
    seconds: float = 0.0

    def line(self, name: str) -> str:
        """Return a line of the table."""
        each = self.seconds / max(1, self.nights)
        return (
            f"{name}  {self.nights}  {self.told}/{self.criticals}  {self.noise}  {self.sentences}/{self.groups}  "
            f"{self.foreign}  {self.causes}  {self.ungrounded}  {self.found}/{self.true}  {self.invented}  "
            f"{self.rejected}  {self.tokens}  {each:.0f}"
        )


def score(some: Iterable[Night], settings: ModelSettings | None) -> Score:
    """Return the score of a model over nights; of code alone without settings."""
    total, speeds = Score(), list[Speed]()
    for night in some:
        asking = settings and Asking(settings, new_session(), time.monotonic, lambda _: speeds)
        found = phrase(night.facts, asking) if asking else None
        if found and found.record.speed:
            speeds.append(found.record.speed)
        _add(total, night, found)
    return total


def _add(total: Score, night: Night, found: Phrased | None) -> None:
    facts = night.facts
    critical = {group.alertname for group in facts.groups if group.level == "critical" and group.attention}
    shown = " ".join(item.title for item in build_briefing(facts).attention)
    total.nights += 1
    total.groups += len(facts.groups)
    total.criticals += len(critical)
    total.told += sum(name in shown for name in critical)
    total.true += len(night.true_links)
    total.noise += sum(group.attention is not None for group in facts.groups if group.id in night.noise)
    if found is None:
        return
    by_id = {group.id: row(group, facts.period) for group in facts.groups}
    for text in found.phrasing.groups:
        total.sentences += bool(text.why)
        total.causes += bool(_CAUSES.search(text.why))
        total.foreign += sum(_foreign(token, by_id[text.group].words) for token in tokens(text.why))
    advised = {text.group for text in found.phrasing.groups if text.action in {"check_rollout", "check_config"}}
    to_changes = {link.groups[0] for link in found.phrasing.links if link.kind == "rollout"}
    total.ungrounded += len((advised | to_changes) & night.without_cause)
    accepted = {link.groups for link in found.phrasing.links}
    total.causes += sum(bool(_CAUSES.search(link.text)) for link in found.phrasing.links)
    total.found += len(accepted & night.true_links)
    total.invented += len(accepted - night.true_links)
    total.rejected += found.phrasing.rejected
    total.tokens += found.record.prompt_tokens + found.record.answer_tokens
    total.seconds += found.record.seconds


def _foreign(token: str, words: str) -> bool:
    """Say whether a token looks like a name or number and the row does not have it."""
    looks = bool(re.search(r"\d|[a-z][A-Z]|.-.|/", token))
    return looks and token not in words


def main() -> None:
    """Print the table."""
    print(_HEAD)
    print(score(nights(_NIGHTS), None).line("(code alone)"), flush=True)
    url, name = os.environ.get("OLLAMA_BASE_URL", ""), os.environ.get("OLLAMA_MODEL", "")
    if url:
        print(score(nights(_NIGHTS), _settings(url, name)).line(name))
        return
    models = name.split() or list(ollama.MODELS)
    ollama.build(models)
    with tempfile.TemporaryDirectory() as folder, ollama.server(models, free_port(), Path(folder) / "log") as address:
        for model in models:
            print(score(nights(_NIGHTS), _settings(address, model)).line(model), flush=True)


def _settings(url: str, model: str) -> ModelSettings:
    return ModelSettings(url, model, "", 4096, 0.0, 80, os.cpu_count() or 2)


if __name__ == "__main__":
    main()
