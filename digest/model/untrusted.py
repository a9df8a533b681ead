"""Text of others on its way into a prompt: cleaned, capped, marked; pure.

A model's template knows tokens such as ``<|im_start|>`` also where they stand in user content, so they are taken out.
Marking (words joined by ``^``) tells quoted text from instructions: https://arxiv.org/abs/2403.14720.
"""

import re
import unicodedata

from digest.wording import clean

MARK = "^"
_TEMPLATE_TOKENS = re.compile(
    r"<\|[^|>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_turn>|</?think(?:ing)?>|</?tool_call>|\[/?TOOL_\w+\]",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\w.:/@+-]+")


def plain(text: str, longest: int = 120) -> str:
    """Return the text in compatibility form, on one line, without template tokens and hidden characters, capped."""
    normal = unicodedata.normalize("NFKC", text)
    while (shorter := _TEMPLATE_TOKENS.sub(" ", normal)) != normal:
        normal = shorter
    return clean(normal, longest)


def quoted(text: str, longest: int = 120) -> str:
    """Return free text marked as quoted: nothing in it reads as a sentence of ours."""
    return plain(text, longest).replace("|", "/").replace(MARK, "").replace(" ", MARK)


def name(text: str, longest: int = 80) -> str:
    """Return a name: what no name of Kubernetes or Prometheus has becomes a low line."""
    return _NAME.sub("_", plain(text, longest)) or "-"
