"""The settings of the language model."""

from dataclasses import dataclass
from typing import Any

from store.environment import Reader, Setting, flag, integer, optional, readable_file, text, url


def _temperature(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 2:  # noqa: PLR2004 - what Ollama takes
        raise ValueError(f"must be a number from 0 to 2, not {value!r}")
    return number


OLLAMA_BASE_URL = Setting(
    "OLLAMA_BASE_URL",
    optional(url("http", "https")),
    "Where Ollama answers; without it, the card is told by code alone.",
    chart="ollama.baseUrl",
    example="http://ollama:11434",
    default="",
)
OLLAMA_MODEL = Setting(
    "OLLAMA_MODEL",
    text,
    "The model that phrases what the facts say.",
    chart="ollama.model",
    example="llama3.1:8b",
    default="llama3.1:8b",
)
OLLAMA_FALLBACK_MODEL = Setting(
    "OLLAMA_FALLBACK_MODEL",
    text,
    "The model that is used where the first one is not there; none for no other.",
    chart="ollama.fallbackModel",
    example="qwen3:4b",
    default="mistral:7b",
)
OLLAMA_MAX_TOKENS = Setting(
    "OLLAMA_MAX_TOKENS",
    integer(1024, 131_072),
    "The context of the model in tokens, prompt and answer together.",
    chart="ollama.maxTokens",
    example="4096",
    default="4096",
)
OLLAMA_TEMPERATURE = Setting(
    "OLLAMA_TEMPERATURE",
    _temperature,
    "How much chance there is in the model's words; 0 is none.",
    chart="ollama.temperature",
    example="0",
    default="0",
)
OLLAMA_TIMEOUT_SECONDS = Setting(
    "OLLAMA_TIMEOUT_SECONDS",
    integer(5, 600),
    "Seconds for all that the model does, its loading too; then the card goes out without it.",
    chart="ollama.timeoutSeconds",
    example="80",
    default="80",
)
OLLAMA_CA_FILE = Setting(
    "OLLAMA_CA_FILE",
    optional(readable_file),
    "A file with the certificates that vouch for an Ollama behind https, where no public authority does.",
    chart="ollama.caFile",
    example="/etc/alertgest/ca/ca.crt",
    default="",
)
OLLAMA_NUM_THREAD = Setting(
    "OLLAMA_NUM_THREAD",
    integer(0, 256),
    "Threads of the model: the CPU limit of Ollama's pod, which it does not see itself; 0 leaves it to Ollama.",
    chart="ollama.numThread",
    example="4",
    default="0",
)
DIGEST_LLM = Setting(
    "DIGEST_LLM",
    flag,
    "Whether a model is asked at all; as --no-llm.",
    chart="ollama.use",
    example="true",
    default="true",
)


@dataclass(frozen=True)
class ModelSettings:
    """Which model phrases the facts, and within what bounds."""

    base_url: str
    """Empty where no model is to be asked."""
    model: str
    fallback: str
    context_tokens: int
    temperature: float
    timeout_seconds: int
    threads: int
    ca_file: str = ""
    """Certificates that vouch for the server; empty for the public ones."""


def read_model(reader: Reader) -> ModelSettings:
    """Read the settings of the model."""
    base, wanted, fallback = reader.read(OLLAMA_BASE_URL), reader.read(DIGEST_LLM), reader.read(OLLAMA_FALLBACK_MODEL)
    return ModelSettings(
        (base or "").rstrip("/") if wanted else "",
        reader.read(OLLAMA_MODEL),
        "" if fallback == "none" else fallback,
        reader.read(OLLAMA_MAX_TOKENS),
        reader.read(OLLAMA_TEMPERATURE),
        reader.read(OLLAMA_TIMEOUT_SECONDS),
        reader.read(OLLAMA_NUM_THREAD),
        reader.read(OLLAMA_CA_FILE) or "",
    )


def all_settings() -> list[Setting[Any]]:
    """Return these settings in the order of this file, for the documentation."""
    return [value for value in globals().values() if isinstance(value, Setting)]
