"""Which text of an alert may be a link."""

from urllib.parse import urlsplit


def link(url: str) -> str:
    """Return a URL as it is where it is http or https and can be opened, else the empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    usable = parts.scheme in {"https", "http"} and parts.hostname and url.isprintable() and " " not in url
    return url if usable else ""
