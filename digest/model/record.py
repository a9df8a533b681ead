"""What is kept of a model's part of a digest, beside its text."""

from dataclasses import dataclass

from digest.model.budget import Speed


@dataclass(frozen=True)
class Record:
    """The prompt, the answer, what they cost and what was rejected of them."""

    model: str = ""
    fallback: bool = False
    prompt: str = ""
    answer: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    seconds: float = 0.0
    rejected: tuple[str, ...] = ()
    """What the verifier said, a line each."""
    speed: Speed | None = None
    """Measured in this run, where the prompt was read anew."""
    server: str = ""
    left_out: int = 0
    """Groups that the budget kept from the model."""
