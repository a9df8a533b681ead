"""Who may post: bearer tokens that name their source, or a user and a password; compared in constant time."""

import base64
import binascii
import hmac

DEFAULT_SOURCE = "default"


def source_of(header: str, tokens: tuple[tuple[str, str], ...], basic: str) -> str | None:
    """Return the source that an Authorization header stands for, or None where it may not post.

    Without tokens and without a user everybody may, as the source ``default``.
    """
    if not tokens and not basic:
        return DEFAULT_SOURCE
    scheme, _, credentials = header.strip().partition(" ")
    given = credentials.strip().encode("utf-8", "replace")
    if scheme.lower() == "bearer":
        matches = [source for source, token in tokens if hmac.compare_digest(token.encode(), given)]
        return matches[0] if matches else None
    if scheme.lower() == "basic" and basic and hmac.compare_digest(basic.encode(), _decoded(given)):
        return DEFAULT_SOURCE
    return None


def _decoded(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except binascii.Error:
        return b""
