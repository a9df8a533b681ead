"""The digest's figures: it is gone before a scrape, so it adds them up in ``metric_totals`` and ingest exposes them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Total:
    """One metric that the digest adds to and the receiver exposes; a summary is kept as ``_sum`` and ``_count``."""

    name: str
    type: Literal["counter", "gauge", "summary"]
    meaning: str
    labels: tuple[str, ...] = ()


DELIVERIES = Total(
    "alertgest_teams_delivery_total",
    "counter",
    "Digests by how their delivery went: sent, refused or unreachable.",
    ("status",),
)
GENERATION = Total(
    "alertgest_digest_generation_duration_seconds",
    "summary",
    "Seconds from the moment for which a digest reads its facts to the finished card.",
)
LAST_SENT = Total(
    "alertgest_digest_last_sent_timestamp_seconds", "gauge", "When the last digest was sent, in seconds since 1970."
)
MODEL_SECONDS = Total(
    "alertgest_llm_request_duration_seconds",
    "summary",
    "Seconds of a model for a digest; model is none where none answered.",
    ("model",),
)
MODEL_TOKENS = Total(
    "alertgest_llm_tokens_total",
    "counter",
    "Tokens that a model read (prompt) and wrote (completion).",
    ("model", "type"),
)
MODEL_TRUNCATIONS = Total(
    "alertgest_llm_truncations_total", "counter", "Digests for which a model had no time to read all groups."
)
MODEL_FALLBACKS = Total("alertgest_llm_fallbacks_total", "counter", "Digests that the second model phrased.")
MODEL_REJECTIONS = Total(
    "alertgest_llm_rejections_total", "counter", "Parts of a model's answers that the verifier did not let pass."
)
TOTALS = (
    DELIVERIES,
    GENERATION,
    LAST_SENT,
    MODEL_SECONDS,
    MODEL_TOKENS,
    MODEL_TRUNCATIONS,
    MODEL_FALLBACKS,
    MODEL_REJECTIONS,
)
