"""How many tokens there is time for, from what this model on this server was measured to do; pure.

Prefill takes most of the time on a CPU. Measured speeds vary by a factor of two between identical runs, so the slowest
of the last ones counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

TOKENS_OF_A_GROUP, TOKENS_OF_A_LINK = 45, 35
"""What an answer takes for one of them."""
TOKENS_AROUND = 40
_SHARE = 0.8
"""Of the time that seems left: speeds are only known from earlier runs."""
_BILLIONS_OF_FIRST_GUESS = 8.0


@dataclass(frozen=True)
class Speed:
    """What a model did: tokens a second of reading and of writing, and characters of a token."""

    prefill: float
    generate: float
    chars_per_token: float


@dataclass(frozen=True)
class Limits:
    """What bounds a prompt: the speed to expect, the seconds that are left, the context of the model."""

    speed: Speed
    seconds: float
    context_tokens: int


def first_guess(billions: float) -> Speed:
    """Return what a model of that many parameters does on two to four cores, where nothing was measured yet."""
    factor = _BILLIONS_OF_FIRST_GUESS / max(billions, 0.1)
    return Speed(prefill=15.0 * factor, generate=4.0 * factor, chars_per_token=1.9)


def expected(measured: Sequence[Speed], billions: float) -> Speed:
    """Return the slowest of the measured speeds, each figure by itself, or the first guess."""
    if not measured:
        return first_guess(billions)
    return Speed(
        min(one.prefill for one in measured),
        min(one.generate for one in measured),
        min(one.chars_per_token for one in measured),
    )


def answer_tokens(groups: int, links: int) -> int:
    """Return how many tokens the answer may take."""
    return TOKENS_AROUND + groups * TOKENS_OF_A_GROUP + links * TOKENS_OF_A_LINK


def fits(prompt: str, answer: int, limits: Limits) -> bool:
    """Say whether a prompt and its answer can be done in time and in the context of the model."""
    speed = limits.speed
    seconds = prompt_tokens(prompt, speed) / speed.prefill + answer / speed.generate
    return has_room(prompt, answer, limits) and seconds <= limits.seconds * _SHARE


def has_room(prompt: str, answer: int, limits: Limits) -> bool:
    """Say whether the context of the model holds a prompt and its answer."""
    return prompt_tokens(prompt, limits.speed) + answer < limits.context_tokens


def prompt_tokens(prompt: str, speed: Speed) -> int:
    """Return how many tokens a prompt has, estimated from its characters."""
    return int(len(prompt) / speed.chars_per_token) + TOKENS_AROUND
